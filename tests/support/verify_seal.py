"""Signed and sealed files by the `openssl` command, and what it leaves unsaid (roles, who exactly signed, the exact
form), read from the DER by hand (docs/protocol.md, Certificates). Part of verify.py."""
import os
import subprocess
import tempfile

ARC = "2.25.110842140558023064278326170612762247804"
ROLES = {"box": f"{ARC}.1", "centre": f"{ARC}.2", "receipt": f"{ARC}.3", "gateway": f"{ARC}.4"}
TIME_FLOOR_S = 1_793_491_200  # 2026-11-01 00:00 UTC: nothing earlier is "now"
SIGNED, ENVELOPED, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.23", "1.2.840.113549.1.7.1"
SHA256, ECDSA_SHA256, AES256_GCM = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.1.46"
AES256_WRAP, ECDH_SHA256 = "2.16.840.1.101.3.4.1.45", "1.3.132.1.11.1"
EXTENDED_KEY_USAGE, COMMON_NAME = "2.5.29.37", "2.5.4.3"


class SealError(Exception):
    """The file is not what its role and form demand."""


def need(condition, what: str) -> None:
    if not condition:
        raise SealError(what)


# --- DER ---


class Node:
    """One tag, length, value; `raw` is all of it."""

    def __init__(self, data: bytes, at: int = 0):
        need(at + 2 <= len(data), "DER is cut short")
        self.tag, length, start = data[at], data[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            need(0 < count <= 4 and start + count <= len(data), "length in DER")
            length = int.from_bytes(data[start:start + count], "big")
            need(length >= 0x80 and data[start] != 0, "length in DER")
            start += count
        self.end = start + length
        need(self.end <= len(data), "DER is cut short")
        self.value, self.raw = data[start:self.end], data[at:self.end]

    def children(self) -> list:
        out, at = [], 0
        while at < len(self.value):
            out.append(Node(self.value, at))
            at = out[-1].end
        return out

    def integer(self) -> int:
        need(self.tag == 2, "no INTEGER")
        return int.from_bytes(self.value, "big", signed=True)

    def oid(self) -> str:
        need(self.tag == 6 and self.value and self.value[-1] < 0x80, "no OBJECT IDENTIFIER")
        numbers, number = [], 0
        for byte in self.value:
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def whole(data: bytes) -> Node:
    node = Node(data)
    need(node.end == len(data), "bytes after the DER")
    return node


class Certificate:
    def __init__(self, raw: bytes):
        fields = whole(raw).children()[0].children()
        fields = fields[1:] if fields[0].tag == 0xA0 else fields
        self.raw, self.serial, self.issuer, self.subject = raw, fields[0].integer(), fields[2].raw, fields[4].raw
        names = [pair.children() for part in fields[4].children() for pair in part.children()]
        common = [value.value.decode() for oid, value in names if oid.oid() == COMMON_NAME]
        self.name = common[0] if len(common) == 1 else ""
        self.usages = []
        for extensions in (one for one in fields if one.tag == 0xA3):
            for extension in extensions.children()[0].children():
                parts = extension.children()
                if parts[0].oid() == EXTENDED_KEY_USAGE:
                    self.usages = [one.oid() for one in whole(parts[-1].value).children()]

    def has_only(self, role: str) -> bool:
        return [one for one in self.usages if one.startswith(ARC + ".")] == [ROLES[role]]


def algorithm(node: Node) -> str:
    parts = node.children()
    need(len(parts) == 1 or (len(parts) == 2 and parts[1].tag == 5 and not parts[1].value), "algorithm parameters")
    return parts[0].oid()


def signer_of(data: bytes, role: str) -> Certificate:
    """The form of our signed files: one signer, named by issuer and serial; leaf and intermediate, both of `role`."""
    kind, content = whole(data).children()
    need(kind.oid() == SIGNED and content.tag == 0xA0, "no SignedData")
    parts = whole(content.value).children()
    need([one.tag for one in parts] == [0x02, 0x31, 0x30, 0xA0, 0x31], "parts of SignedData")
    version, digests, inner, carried, signers = parts
    need(version.integer() == 1, "version of SignedData")
    need([algorithm(one) for one in digests.children()] == [SHA256], "digest algorithm")
    need(inner.children()[0].oid() == DATA and len(inner.children()) == 2, "content type")
    need(len(signers.children()) == 1, "not one signer")
    fields = signers.children()[0].children()
    need([one.tag for one in fields] == [0x02, 0x30, 0x30, 0xA0, 0x30, 0x04], "parts of SignerInfo")
    need(fields[0].integer() == 1, "version of SignerInfo")
    need(algorithm(fields[2]) == SHA256 and algorithm(fields[4]) == ECDSA_SHA256, "signature algorithm")
    issuer, serial = fields[1].children()
    certificates = [Certificate(one.raw) for one in carried.children()]
    need(len(certificates) == 2, "not leaf and intermediate")
    leaf = [one for one in certificates if (one.issuer, one.serial) == (issuer.raw, serial.integer())]
    need(len(leaf) == 1, "the signer's certificate is not carried")
    between = [one for one in certificates if one.subject == leaf[0].issuer and one is not leaf[0]]
    need(len(between) == 1, "the signer's issuer is not carried")
    need(leaf[0].has_only(role) and between[0].has_only(role), f"not signed by the role {role}")
    return leaf[0]


def check_envelope(data: bytes) -> None:
    """AuthEnvelopedData, AES-256-GCM with a 12-byte nonce and a 16-byte tag, key wrapped by AES-256 under ECDH."""
    kind, content = whole(data).children()
    need(kind.oid() == ENVELOPED, "no AuthEnvelopedData")
    parts = whole(content.value).children()
    need([one.tag for one in parts] == [0x02, 0x31, 0x30, 0x04] and len(parts[3].value) == 16, "parts of the envelope")
    data_type, cipher, sealed = parts[2].children()
    oid, parameters = cipher.children()
    nonce = parameters.children()
    need(data_type.oid() == DATA and oid.oid() == AES256_GCM and sealed.tag == 0x80, "content cipher")
    need(len(nonce[0].value) == 12 and nonce[1:] and nonce[1].integer() == 16, "nonce or tag")
    recipients = parts[1].children()
    need(len(recipients) == 1 and recipients[0].tag == 0xA1, "not one recipient by key agreement")
    wrap = next(one for one in recipients[0].children() if one.tag == 0x30).children()
    need(wrap[0].oid() == ECDH_SHA256 and wrap[1].children()[0].oid() == AES256_WRAP, "key wrap")


# --- the openssl command ---


class OpenSsl:
    def __init__(self, roots: str, centre_key: str = "", centre_certificate: str = ""):
        self.roots, self.key, self.certificate = roots, centre_key, centre_certificate
        self.room = tempfile.TemporaryDirectory(prefix="verify-")
        self.source, self.out = (os.path.join(self.room.name, name) for name in ("in", "out"))

    def run(self, data: bytes, *arguments: str) -> bytes:
        with open(self.source, "wb") as file:
            file.write(data)
        done = subprocess.run(["openssl", "cms", *arguments, "-inform", "DER", "-binary", "-in", self.source, "-out", self.out],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        need(done.returncode == 0, "openssl: " + done.stderr.decode(errors="replace").strip().splitlines()[-1][-120:]
             if done.stderr.strip() else "openssl refuses it")
        with open(self.out, "rb") as file:
            return file.read()

    def verify(self, data: bytes, role: str) -> tuple:
        """(content, signer's common name). SealError for anything else than `role` under the roots."""
        signer = signer_of(data, role)
        content = self.run(data, "-verify", "-purpose", "any", "-CAfile", self.roots, "-attime", str(TIME_FLOOR_S))
        return content, signer.name

    def decrypt(self, data: bytes) -> bytes:
        check_envelope(data)
        return self.run(data, "-decrypt", "-inkey", self.key, "-recip", self.certificate)
