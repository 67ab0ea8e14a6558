// One event as the line of JSON that is stored, hashed and sent. Pure.
import type { ItemValue, Value } from "./wire.ts";

export type EventKind = "answer" | "clear" | "flag" | "visit" | "leave" | "return" | "blocked" | "submit";

export interface EventBody {
  kind: EventKind;
  item?: string | undefined;
  value?: ItemValue | boolean | { from: number; to: number } | undefined;
}

// Well below the 65,536 bytes of a line, whatever else stands in it.
const textLimit_bytes = 48_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function eventLine(seq: number, body: EventBody, t: number): string {
  return JSON.stringify({ v: 1, seq, kind: body.kind, item: body.item, value: body.value, t: Math.max(0, Math.floor(t)) });
}

// What a text field's content counts as: trimmed, without lone surrogates and byte order marks (a line with either is
// refused as badly framed), never longer than a line can carry.
export function cleanText(text: string): string {
  // Encoding and decoding turns a lone surrogate into U+FFFD.
  let clean = decoder.decode(encoder.encode(text)).replace(/\uFEFF/g, "").replace(/\r\n?/g, "\n").trim();
  while (encoder.encode(JSON.stringify(clean)).length > textLimit_bytes) {
    const half = Math.floor(clean.length * 0.9);
    // Do not cut a surrogate pair in two.
    const code = clean.charCodeAt(half - 1);
    clean = clean.slice(0, code >= 0xd800 && code <= 0xdbff ? half - 1 : half);
  }
  return clean;
}

// The value of an item as it goes out: empty responses left out; undefined when nothing is answered.
export function outgoing(value: ItemValue): ItemValue | undefined {
  const kept: ItemValue = {};
  for (const [response, one] of Object.entries(value)) {
    const clean: Value = typeof one === "string" ? cleanText(one) : one;
    if (clean.length > 0) kept[response] = clean;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

export function sameValue(a: ItemValue | undefined, b: ItemValue | undefined): boolean {
  const left = a ?? {};
  const right = b ?? {};
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => JSON.stringify(left[key]) === JSON.stringify(right[key]));
}
