// The hash chain of one attempt and epoch, and the kode bukti of its head (docs/protocol.md). Pure.
import { fromHex, sha256, toHex } from "../../shared/sha256.ts";

const encoder = new TextEncoder();
const label = encoder.encode("proktor-1");

function u64(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function need(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (!bytes) throw new Error("not hex");
  return bytes;
}

// h_0. All hashes are lower-case hex.
export function firstHead(attempt: string, term: number | bigint, n: number | bigint, parent: string): string {
  return toHex(sha256(label, need(attempt), u64(term), u64(n), need(parent)));
}

// The head after one more line (without its line feed).
export function nextHead(head: string, line: string): string {
  return toHex(sha256(need(head), encoder.encode(line)));
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The first 60 bits of the head: "7KQ2-M0XA-91TZ".
export function closingCode(head: string): string {
  let bits = BigInt(`0x${head.slice(0, 15)}`);
  let code = "";
  for (let i = 0; i < 12; i += 1) {
    code = alphabet[Number(bits & 31n)] + code;
    bits >>= 5n;
  }
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}
