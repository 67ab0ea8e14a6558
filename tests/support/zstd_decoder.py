"""A decoder of zstd frames (RFC 8878) in plain Python, apart from libzstd, for verify.py: raw, RLE and compressed blocks,
Huffman literals, sequences in every mode, checksums. No dictionaries, no skippable frames: Proktor writes neither.

`zstd_decoder.py FILE` writes what FILE holds to standard output.
"""
import sys

from zstd_entropy import Backward, fse_table, huffman_stream, little, need, read_fse_table, read_huffman_table, xxh64

MAGIC = b"\x28\xb5\x2f\xfd"
BLOCK_MAX = 128 * 1024
WINDOW_MAX = 8 << 20  # what a segment may ask for
LITERAL_LENGTH = ([(n, 0) for n in range(16)] + [(16, 1), (18, 1), (20, 1), (22, 1), (24, 2), (28, 2), (32, 3), (40, 3), (48, 4)]
                  + [(1 << n, n) for n in range(6, 17)])
MATCH_LENGTH = ([(n, 0) for n in range(3, 35)]
                + [(35, 1), (37, 1), (39, 1), (41, 1), (43, 2), (47, 2), (51, 3), (59, 3), (67, 4), (83, 4), (99, 5)]
                + [((1 << n) + 3, n) for n in range(7, 17)])
# Per table: number of symbols, greatest accuracy log, the predefined log and distribution.
TABLES = {
    "literal": (36, 9, 6, [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1]
                + [-1] * 4),
    "offset": (32, 8, 5, [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] + [-1] * 5),
    "match": (53, 9, 6, [1, 4, 3, 2, 2, 2, 2, 2, 2] + [1] * 37 + [-1] * 7),
}


class Frame:
    """One frame being decoded: what blocks hand on to the next."""

    def __init__(self, plain_max: int):
        self.out = bytearray()
        self.plain_max = plain_max
        self.huffman = None
        self.tables: dict = {}
        self.offsets = [1, 4, 8]

    def literals(self, data: bytes) -> tuple:
        """(literals, where they end)"""
        first = little(data, 0, 1)
        kind, form = first & 3, first >> 2 & 3
        if kind < 2:
            width = (1, 2, 1, 3)[form]
            size = little(data, 0, width) >> (3 if width == 1 else 4)
            need(size <= BLOCK_MAX, "literals")
            if kind == 1:
                return bytes([little(data, width, 1)]) * size, width + 1
            need(width + size <= len(data), "literals")
            return data[width:width + size], width + size
        width, field = ((3, 10), (3, 10), (4, 14), (5, 18))[form]
        header = little(data, 0, width) >> 4
        size, packed = header & ((1 << field) - 1), header >> field
        end = width + packed
        need(size <= BLOCK_MAX and end <= len(data), "literals")
        at = width
        if kind == 2:
            self.huffman, at = read_huffman_table(data[:end], at)
        need(self.huffman is not None and at <= end, "no Huffman table")
        if form == 0:
            return huffman_stream(self.huffman, data[at:end], size), end
        lengths = [little(data, at + 2 * i, 2) for i in range(3)]
        at, parts = at + 6, []
        lengths.append(end - at - sum(lengths))
        need(lengths[3] > 0 and size >= 6, "literal streams")
        quarter = (size + 3) // 4
        for length, count in zip(lengths, (quarter, quarter, quarter, size - 3 * quarter)):
            parts.append(huffman_stream(self.huffman, data[at:at + length], count))
            at += length
        return b"".join(parts), end

    def table(self, name: str, mode: int, data: bytes, at: int) -> int:
        symbols, log_max, log, counts = TABLES[name]
        if mode == 0:
            self.tables[name] = (fse_table(log, counts), log)
        elif mode == 1:
            symbol = little(data, at, 1)
            need(symbol < symbols, "symbol")
            self.tables[name], at = ([(symbol, 0, 0)], 0), at + 1
        elif mode == 2:
            table, log, at = read_fse_table(data, at, log_max, symbols)
            self.tables[name] = (table, log)
        need(name in self.tables, "no table to repeat")
        return at

    def offset(self, value: int, no_literals: bool) -> int:
        recent = self.offsets
        if value > 3:
            self.offsets = [value - 3, recent[0], recent[1]]
            return self.offsets[0]
        index = value if no_literals else value - 1
        offset = recent[0] - 1 if index == 3 else recent[index]
        if index > 0:
            self.offsets = [offset, recent[0], recent[1] if index > 1 else recent[2]]
        return offset

    def copy(self, offset: int, length: int) -> None:
        start = len(self.out) - offset
        need(offset > 0 and start >= 0, "offset")
        need(len(self.out) + length <= self.plain_max, "too large")
        while length > 0:
            piece = self.out[start:start + length]
            self.out += piece
            start, length = start + len(piece), length - len(piece)

    def sequences(self, data: bytes, at: int, literals: bytes) -> None:
        count = little(data, at, 1)
        at += 1
        if count == 255:
            count, at = little(data, at, 2) + 0x7F00, at + 2
        elif count >= 128:
            count, at = (count - 128 << 8) + little(data, at, 1), at + 1
        used = 0
        if count > 0:
            modes = little(data, at, 1)
            need(modes & 3 == 0, "reserved bits")
            at = self.table("literal", modes >> 6, data, at + 1)
            at = self.table("offset", modes >> 4 & 3, data, at)
            at = self.table("match", modes >> 2 & 3, data, at)
            bits = Backward(data[at:])
            tables = [self.tables[name][0] for name in ("literal", "offset", "match")]
            states = [bits.read(self.tables[name][1]) for name in ("literal", "offset", "match")]
            for left in range(count, 0, -1):
                literal, offset, match = (table[state] for table, state in zip(tables, states))
                value = (1 << offset[0]) + bits.read(offset[0])
                base, extra = MATCH_LENGTH[match[0]]
                length = base + bits.read(extra)
                base, extra = LITERAL_LENGTH[literal[0]]
                plain = base + bits.read(extra)
                if left > 1:
                    states[0] = literal[2] + bits.read(literal[1])
                    states[2] = match[2] + bits.read(match[1])
                    states[1] = offset[2] + bits.read(offset[1])
                need(used + plain <= len(literals), "literals used up")
                self.out += literals[used:used + plain]
                used += plain
                self.copy(self.offset(value, plain == 0), length)
            need(bits.at == 0, "sequence stream")
        else:
            need(at == len(data), "bytes after a block")
        self.out += literals[used:]

    def block(self, kind: int, data: bytes) -> None:
        before = len(self.out)
        if kind == 2:
            literals, at = self.literals(data)
            self.sequences(data, at, literals)
        else:
            self.out += data
        need(len(self.out) - before <= BLOCK_MAX and len(self.out) <= self.plain_max, "too large")


def decompress(data: bytes, plain_max: int = 8 << 20) -> bytes:
    """What exactly one frame holds."""
    need(data[:4] == MAGIC, "no zstd frame")
    descriptor = little(data, 4, 1)
    single = descriptor >> 5 & 1
    need(descriptor & 0x0B == 0, "dictionary or reserved bit")
    at = 5
    if not single:
        window = little(data, at, 1)
        window = (1 << 10 + (window >> 3)) * (8 + (window & 7)) // 8
        need(window <= WINDOW_MAX, "window")
        at += 1
    width = (single, 2, 4, 8)[descriptor >> 6]
    size = little(data, at, width) + (256 if width == 2 else 0) if width else None
    at += width
    frame, last = Frame(plain_max), 0
    while not last:
        header = little(data, at, 3)
        last, kind, length = header & 1, header >> 1 & 3, header >> 3
        at += 3
        need(kind != 3 and length <= BLOCK_MAX, "block")
        stored = 1 if kind == 1 else length
        need(at + stored <= len(data), "cut short")
        frame.block(kind, data[at:at + 1] * length if kind == 1 else data[at:at + stored])
        at += stored
    out = bytes(frame.out)
    if descriptor & 4:
        need(little(data, at, 4) == xxh64(out) & 0xFFFFFFFF, "checksum")
        at += 4
    need(at == len(data), "bytes after the frame")
    need(size is None or size == len(out), "size")
    return out


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as packed:
        sys.stdout.buffer.write(decompress(packed.read()))
