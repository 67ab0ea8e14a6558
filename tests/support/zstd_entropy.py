"""Entropy of zstd frames (RFC 8878, 4): FSE tables, Huffman tables and streams. Part of zstd_decoder.py."""


class ZstdError(Exception):
    """The bytes are not one sound frame."""


def need(condition, what: str) -> None:
    if not condition:
        raise ZstdError(what)


def little(data: bytes, at: int, count: int) -> int:
    need(0 <= at and at + count <= len(data), "cut short")
    return int.from_bytes(data[at:at + count], "little")


class Backward:
    """Bits from the end of `data` to its beginning, below the highest set bit of its last byte. Past the beginning come
    zeros; `at` is then negative."""

    def __init__(self, data: bytes):
        need(data and data[-1] != 0, "no end of a bit stream")
        self.data = data
        self.at = len(data) * 8 - 9 + data[-1].bit_length()

    def peek(self, count: int) -> int:
        at = self.at - count
        if at >= 0:
            first = at >> 3
            return int.from_bytes(self.data[first:first + 8], "little") >> (at & 7) & ((1 << count) - 1)
        need(at >= -64, "a bit stream read too far")
        return int.from_bytes(self.data[:8], "little") << -at & ((1 << count) - 1)

    def read(self, count: int) -> int:
        value = self.peek(count)
        self.at -= count
        return value


# --- FSE: a table is a list of (symbol, bits, base), indexed by the state ---


def fse_table(log: int, counts: list) -> list:
    size = 1 << log
    symbols, following, high = [0] * size, {}, size
    for symbol, count in enumerate(counts):
        following[symbol] = max(count, 1)
        if count == -1:
            high -= 1
            symbols[high] = symbol
    at, step = 0, (size >> 1) + (size >> 3) + 3
    for symbol, count in enumerate(counts):
        for _ in range(max(count, 0)):
            symbols[at] = symbol
            at = (at + step) & (size - 1)
            while at >= high:
                at = (at + step) & (size - 1)
    need(at == 0, "uneven distribution")
    table = []
    for symbol in symbols:
        state = following[symbol]
        following[symbol] += 1
        bits = log - state.bit_length() + 1
        table.append((symbol, bits, (state << bits) - size))
    return table


def read_fse_table(data: bytes, at: int, log_max: int, symbols_max: int) -> tuple:
    """(table, log, where it ends)"""
    stream, bit, end = int.from_bytes(data[at:at + 512], "little"), 4, min(len(data) - at, 512) * 8
    log = (stream & 15) + 5
    need(log <= log_max, "accuracy log")
    remaining, counts = 1 << log, []
    while remaining > 0:
        bits = (remaining + 1).bit_length()
        low_mask = (1 << (bits - 1)) - 1
        threshold = (1 << bits) - 2 - remaining
        value = stream >> bit & ((1 << bits) - 1)
        if value & low_mask < threshold:
            value, bit = value & low_mask, bit + bits - 1
        else:
            value, bit = value - threshold if value > low_mask else value, bit + bits
        counts.append(value - 1)
        remaining -= abs(value - 1)
        repeat = 3 if value == 1 else 0
        while repeat == 3:
            repeat = stream >> bit & 3
            bit += 2
            counts += [0] * repeat
        need(bit <= end and len(counts) <= symbols_max, "distribution")
    need(remaining == 0, "distribution")
    return fse_table(log, counts), log, at + (bit + 7) // 8


# --- literals ---


def huffman_weights(data: bytes, at: int) -> tuple:
    size = little(data, at, 1)
    at += 1
    if size >= 128:
        count = size - 127
        need(at + (count + 1) // 2 <= len(data), "weights")
        return [data[at + i // 2] >> (0 if i % 2 else 4) & 15 for i in range(count)], at + (count + 1) // 2
    need(at + size <= len(data), "weights")
    table, log, start = read_fse_table(data[:at + size], at, 6, 256)
    bits, weights = Backward(data[start:at + size]), []
    states = [bits.read(log), bits.read(log)]
    turn = 0
    while True:
        symbol, count, base = table[states[turn]]
        weights.append(symbol)
        need(len(weights) < 255, "weights")
        states[turn] = base + bits.read(count)
        turn ^= 1
        if bits.at < 0:
            weights.append(table[states[turn]][0])
            return weights, at + size


def read_huffman_table(data: bytes, at: int) -> tuple:
    """((list of (symbol, bits) by the next bits, how many those are), where it ends)"""
    weights, at = huffman_weights(data, at)
    total = sum(1 << weight >> 1 for weight in weights)
    need(total > 0, "weights")
    bits = total.bit_length()
    rest = (1 << bits) - total
    need(bits <= 11 and rest & (rest - 1) == 0, "weights")
    weights.append(rest.bit_length())
    table = []
    for weight in range(1, bits + 1):
        for symbol, own in enumerate(weights):
            if own == weight:
                table += [(symbol, bits + 1 - weight)] * (1 << (weight - 1))
    need(len(table) == 1 << bits, "weights")
    return (table, bits), at


def huffman_stream(huffman: tuple, data: bytes, count: int) -> bytes:
    table, width = huffman
    bits, out = Backward(data), bytearray()
    for _ in range(count):
        symbol, used = table[bits.peek(width)]
        out.append(symbol)
        bits.at -= used
    need(bits.at == 0, "literal stream")
    return bytes(out)


# --- checksum ---


def rotate(value: int, by: int) -> int:
    return (value << by | value >> 64 - by) & 0xFFFFFFFFFFFFFFFF


def xxh64(data: bytes) -> int:
    p1, p2, p3, p4, p5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
    mask, at, size = 0xFFFFFFFFFFFFFFFF, 0, len(data)

    def lane(acc: int, word: int) -> int:
        return rotate(acc + word * p2 & mask, 31) * p1 & mask

    hashed = p5
    if size >= 32:
        accs = [p1 + p2 & mask, p2, 0, -p1 & mask]
        for at in range(0, size - 31, 32):
            accs = [lane(acc, int.from_bytes(data[at + 8 * i:at + 8 * i + 8], "little")) for i, acc in enumerate(accs)]
        at += 32
        hashed = sum(rotate(acc, by) for acc, by in zip(accs, (1, 7, 12, 18))) & mask
        for acc in accs:
            hashed = ((hashed ^ lane(0, acc)) * p1 + p4) & mask
    hashed = hashed + size & mask
    for at in range(at, size - 7, 8):
        hashed = (rotate(hashed ^ lane(0, int.from_bytes(data[at:at + 8], "little")), 27) * p1 + p4) & mask
    at = size & ~7
    if size & 4:
        hashed = (rotate(hashed ^ int.from_bytes(data[at:at + 4], "little") * p1 & mask, 23) * p2 + p3) & mask
        at += 4
    for byte in data[at:]:
        hashed = rotate(hashed ^ byte * p5 & mask, 11) * p1 & mask
    hashed = (hashed ^ hashed >> 33) * p2 & mask
    hashed = (hashed ^ hashed >> 29) * p3 & mask
    return hashed ^ hashed >> 32
