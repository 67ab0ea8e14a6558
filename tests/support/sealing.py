"""Makes segments and receipts with the `openssl` command, for vectors and for the tests of verify.py: the writing half
of docs/protocol.md, Segments."""
import json
import os
import subprocess
import tempfile


def compact(fields: dict) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def stored_frame(plain: bytes) -> bytes:
    """A zstd frame of raw blocks: no library is needed to write one."""
    out, step = b"\x28\xb5\x2f\xfd\xa0" + len(plain).to_bytes(4, "little"), 100_000
    for at in range(0, max(len(plain), 1), step):
        piece = plain[at:at + step]
        out += (len(piece) << 3 | (at + step >= len(plain))).to_bytes(3, "little") + piece
    return out


class Sealer:
    """`keys` holds box.key, box.pem, chain.pem, centre.pem, receipt.key, receipt.pem, receipt_chain.pem."""

    def __init__(self, keys: str):
        self.keys = keys

    def run(self, data: bytes, *arguments: str) -> bytes:
        with tempfile.TemporaryDirectory() as room:
            source, out = os.path.join(room, "in"), os.path.join(room, "out")
            with open(source, "wb") as file:
                file.write(data)
            subprocess.run(["openssl", "cms", *arguments, "-binary", "-outform", "DER", "-in", source, "-out", out],
                           check=True, capture_output=True)
            with open(out, "rb") as file:
                return file.read()

    def path(self, name: str) -> str:
        return os.path.join(self.keys, name)

    def sign(self, data: bytes, key: str, chain: str) -> bytes:
        return self.run(data, "-sign", "-nodetach", "-nosmimecap", "-md", "sha256", "-signer", self.path(f"{key}.pem"),
                        "-inkey", self.path(f"{key}.key"), "-certfile", self.path(chain))

    def segment(self, header: dict, packed: bytes, role: str = "box", recipient: str = "centre.pem") -> bytes:
        envelope = self.run(packed, "-encrypt", "-aes-256-gcm", "-recip", self.path(recipient),
                            "-keyopt", "ecdh_kdf_md:sha256")
        return self.sign(compact(header) + b"\n" + envelope, role, "chain.pem" if role == "box" else "receipt_chain.pem")

    def receipt(self, said: dict, role: str = "receipt") -> bytes:
        return self.sign(compact(said), role, "receipt_chain.pem" if role == "receipt" else "chain.pem")
