"""Framing verdicts for docs/vectors.json: which event lines are well framed (docs/protocol.md, Framing)."""
import json

LINE_BYTES_MAX = 65_536
DEPTH_MAX = 4
SEQ_MAX = 2**53 - 1


class BadLine(Exception):
    pass


def framing(line: bytes):
    """seq of a well-framed line; BadLine otherwise."""
    if len(line) > LINE_BYTES_MAX:
        raise BadLine("too long")
    if b"\r" in line or b"\n" in line or line.startswith(b"\xef\xbb\xbf"):
        raise BadLine("CR, LF or BOM")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLine("not UTF-8") from error

    def whole(pairs):
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            raise BadLine("duplicate key")
        return dict(pairs)

    def constant(_):
        raise BadLine("not a JSON number")

    try:
        value = json.loads(text, object_pairs_hook=whole, parse_constant=constant, parse_float=lambda s: ("float", s))
    except (ValueError, RecursionError) as error:
        raise BadLine("not JSON") from error

    def look(node, depth):
        if isinstance(node, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in node):
            raise BadLine("lone surrogate")
        if isinstance(node, (dict, list)):
            if depth > DEPTH_MAX:
                raise BadLine("too deep")
            for key in node if isinstance(node, dict) else ():
                look(key, depth)
            for child in node.values() if isinstance(node, dict) else node:
                look(child, depth + 1)

    look(value, 1)
    if not isinstance(value, dict):
        raise BadLine("not an object")
    version, seq = value.get("v"), value.get("seq")
    if type(version) is not int or version != 1:
        raise BadLine("v")
    if type(seq) is not int or not 1 <= seq <= SEQ_MAX:
        raise BadLine("seq")
    return seq


def framing_cases() -> list:
    """(name, bytes before the padding, padding count, bytes after, expected seq or None)."""
    good, bad = [], []

    def add(to, name, line, seq=None, pad=0, tail=b""):
        to.append((name, line if isinstance(line, bytes) else line.encode(), pad, tail, seq))

    add(good, "plain answer", '{"v":1,"seq":7,"kind":"answer","item":"i12","value":{"r1":"c3"},"t":183422}', 7)
    add(good, "keys in another order", '{"t":1,"item":"i1","kind":"visit","seq":1,"v":1}', 1)
    add(good, "spaces and tabs around tokens", ' \t{ "v" :\t1 , "seq" : 2 } \t', 2)
    add(good, "only v and seq", '{"v":1,"seq":1}', 1)
    add(good, "unknown kind", '{"v":1,"seq":1,"kind":"kelak","t":1}', 1)
    add(good, "kind is a number", '{"v":1,"seq":1,"kind":5,"t":1}', 1)
    add(good, "unknown members", '{"v":1,"seq":1,"kind":"visit","item":"i1","t":1,"baru":{"a":[1]}}', 1)
    add(good, "t negative", '{"v":1,"seq":1,"kind":"leave","t":-5}', 1)
    add(good, "t with fraction", '{"v":1,"seq":1,"kind":"leave","t":5.5}', 1)
    add(good, "t with exponent", '{"v":1,"seq":1,"kind":"leave","t":5E+3}', 1)
    add(good, "t beyond every double", '{"v":1,"seq":1,"kind":"leave","t":1e400}', 1)
    add(good, "t of forty digits", '{"v":1,"seq":1,"kind":"leave","t":' + "9" * 40 + "}", 1)
    add(good, "t null", '{"v":1,"seq":1,"kind":"leave","t":null}', 1)
    add(good, "greatest seq", '{"v":1,"seq":9007199254740991,"kind":"leave","t":1}', SEQ_MAX)
    add(good, "surrogate pair as escapes", '{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"\\ud83c\\udf31"},"t":1}', 1)
    add(good, "raw text beyond the BMP", '{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"🌱 日 é"},"t":1}', 1)
    add(good, "U+FEFF inside a string", '{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"a\ufeffb"},"t":1}', 1)
    add(good, "escaped CR and NUL", '{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"a\\r\\u0000"},"t":1}', 1)
    add(good, "raw DEL and U+2028", '{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"\x7f\u2028"},"t":1}', 1)
    add(good, "escaped member names", '{"\\u0076":1,"s\\u0065q":3}', 3)
    add(good, "depth 4", '{"v":1,"seq":1,"value":{"a":{"b":["c"]}}}', 1)
    add(good, "empty member name once", '{"v":1,"seq":1,"":0}', 1)
    add(good, "the same name in two objects", '{"v":1,"seq":1,"a":{"v":1},"b":{"v":2}}', 1)
    head, tail = b'{"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"', b'"},"t":1}'
    add(good, "exactly 65,536 bytes", head, 1, LINE_BYTES_MAX - len(head) - len(tail), tail)

    add(bad, "empty", "")
    add(bad, "only spaces", "   ")
    add(bad, "65,537 bytes", head, None, LINE_BYTES_MAX - len(head) - len(tail) + 1, tail)
    add(bad, "BOM before the line", b'\xef\xbb\xbf{"v":1,"seq":1}')
    add(bad, "CR at the end", '{"v":1,"seq":1}\r')
    add(bad, "CR between tokens", '{"v":1,\r"seq":1}')
    add(bad, "raw CR in a string", '{"v":1,"seq":1,"value":{"r1":"a\rb"}}')
    add(bad, "raw tab in a string", '{"v":1,"seq":1,"value":{"r1":"a\tb"}}')
    add(bad, "raw NUL", '{"v":1,"seq":1}\x00')
    add(bad, "not UTF-8", b'{"v":1,"seq":1,"value":{"r1":"\xff"}}')
    add(bad, "Latin-1", b'{"v":1,"seq":1,"value":{"r1":"caf\xe9"}}')
    add(bad, "overlong slash", b'{"v":1,"seq":1,"value":{"r1":"\xc0\xaf"}}')
    add(bad, "surrogate as UTF-8", b'{"v":1,"seq":1,"value":{"r1":"\xed\xa0\xbd"}}')
    add(bad, "beyond U+10FFFF", b'{"v":1,"seq":1,"value":{"r1":"\xf4\x90\x80\x80"}}')
    add(bad, "cut inside a character", b'{"v":1,"seq":1,"value":{"r1":"\xe6\x97"}}')
    add(bad, "lone high surrogate", '{"v":1,"seq":1,"value":{"r1":"\\ud83c"}}')
    add(bad, "lone low surrogate", '{"v":1,"seq":1,"value":{"r1":"\\udf31"}}')
    add(bad, "surrogates the wrong way round", '{"v":1,"seq":1,"value":{"r1":"\\udf31\\ud83c"}}')
    add(bad, "lone surrogate in a member name", '{"v":1,"seq":1,"\\ud83c":1}')
    add(bad, "duplicate seq", '{"v":1,"seq":1,"seq":2}')
    add(bad, "duplicate name deep inside", '{"v":1,"seq":1,"value":{"r1":"a","r1":"b"}}')
    add(bad, "duplicate name inside a list", '{"v":1,"seq":1,"value":[{"a":1,"a":1}]}')
    add(bad, "duplicate by an escape", '{"v":1,"seq":1,"\\u0073eq":2}')
    add(bad, "depth 5", '{"v":1,"seq":1,"value":{"a":{"b":[["c"]]}}}')
    add(bad, "depth 2,000", '{"v":1,"seq":1,"value":' + "[" * 2_000 + "]" * 2_000 + "}")
    add(bad, "array", '[{"v":1,"seq":1}]')
    add(bad, "string", '"v"')
    add(bad, "number", "1")
    add(bad, "null", "null")
    add(bad, "two objects", '{"v":1,"seq":1}{"v":1,"seq":2}')
    add(bad, "text after the object", '{"v":1,"seq":1} x')
    add(bad, "cut", '{"v":1,"seq":1')
    add(bad, "cut in a string", '{"v":1,"seq":1,"kind":"ans')
    add(bad, "comma at the end", '{"v":1,"seq":1,}')
    add(bad, "comment", '{"v":1,/* x */"seq":1}')
    add(bad, "single quotes", "{'v':1,'seq':1}")
    add(bad, "names without quotes", "{v:1,seq:1}")
    add(bad, "bad escape", '{"v":1,"seq":1,"kind":"\\x41"}')
    add(bad, "short unicode escape", '{"v":1,"seq":1,"kind":"\\u12"}')
    add(bad, "NaN", '{"v":1,"seq":1,"t":NaN}')
    add(bad, "Infinity", '{"v":1,"seq":1,"t":Infinity}')
    add(bad, "leading zero", '{"v":1,"seq":1,"t":01}')
    add(bad, "plus sign", '{"v":1,"seq":1,"t":+1}')
    add(bad, "point without digits", '{"v":1,"seq":1,"t":1.}')
    add(bad, "Arabic digit", '{"v":1,"seq":1,"t":٣}')
    add(bad, "word in capitals", '{"v":1,"seq":1,"value":TRUE}')
    add(bad, "no v", '{"seq":1,"kind":"leave"}')
    add(bad, "v 2", '{"v":2,"seq":1}')
    add(bad, "v text", '{"v":"1","seq":1}')
    add(bad, "v with fraction", '{"v":1.0,"seq":1}')
    add(bad, "v true", '{"v":true,"seq":1}')
    add(bad, "no seq", '{"v":1,"kind":"leave"}')
    add(bad, "seq 0", '{"v":1,"seq":0}')
    add(bad, "seq negative", '{"v":1,"seq":-1}')
    add(bad, "seq minus zero", '{"v":1,"seq":-0}')
    add(bad, "seq 2^53", '{"v":1,"seq":9007199254740992}')
    add(bad, "seq 2^64 + 1", '{"v":1,"seq":18446744073709551617}')
    add(bad, "seq text", '{"v":1,"seq":"1"}')
    add(bad, "seq null", '{"v":1,"seq":null}')
    add(bad, "seq with fraction", '{"v":1,"seq":7.0}')
    add(bad, "seq with exponent", '{"v":1,"seq":1e3}')
    return [(True, *case) for case in good] + [(False, *case) for case in bad]


def framing_vectors() -> list:
    out = []
    for is_good, name, before, pad, after, seq in framing_cases():
        line = before + b"x" * pad + after
        try:
            found = framing(line)
        except BadLine:
            found = None
        if found != seq or is_good != (found is not None):
            raise AssertionError(f"framing rule and expectation differ: {name}: {found}")
        one = {"name": name, "good": is_good, "hex": before.hex(), "pad": pad, "tail": after.hex()}
        if is_good:
            one["seq"] = seq
        out.append(one)
    return out
