"""Writes python.txt, what values.rs compares with: pickles by Python, in hex, and their values in a plain notation. Usage: python pickles.py

Python 2's `str` is written as Python 2.7 does, by a pickler that saves bytes with the opcodes STRING, BINSTRING and SHORT_BINSTRING."""
import collections, io, os, pickle, struct, sys


class Two(pickle._Pickler):
    """Bytes as Python 2's str."""
    dispatch = dict(pickle._Pickler.dispatch)

    def save_bytes(self, obj):
        if self.proto == 0:
            text = "".join(chr(b) if 32 <= b < 127 and b not in b"\\'" else "\\x%02x" % b for b in obj)
            self.write(b"S'" + text.encode() + b"'\n")
        elif len(obj) < 256:
            self.write(b"U" + bytes([len(obj)]) + obj)
        else:
            self.write(b"T" + struct.pack("<i", len(obj)) + obj)
        self.memoize(obj)

    dispatch[bytes] = save_bytes


def show(v, protocol, two):
    inner = lambda x: show(x, protocol, two)
    text = lambda s: "u" + s.encode("utf-8").hex()
    if v is None or isinstance(v, bool):
        return str(v)
    if isinstance(v, int):
        return str(v)
    if isinstance(v, float):
        return "f" + struct.pack(">d", v).hex()
    if isinstance(v, bytearray) or (isinstance(v, bytes) and protocol >= 3):
        return "b" + bytes(v).hex()
    if isinstance(v, bytes):
        return "s" + v.hex() if two else f"_codecs.encode({text(v.decode('latin1'))},{text('latin1')})"
    if isinstance(v, str):
        return text(v)
    if isinstance(v, collections.OrderedDict):
        return "collections.OrderedDict()" + entries(v, inner)
    if isinstance(v, dict):
        return entries(v, inner)
    left, right = ("(", ")") if isinstance(v, tuple) else ("[", "]")
    return left + ",".join(map(inner, v)) + right


def entries(d, inner):
    return "{" + ",".join(f"{inner(k)}:{inner(x)}" for k, x in d.items()) + "}"


shared = ["a", 1]
VALUES = {
    "constants": (None, True, False, (), [], {}),
    "integers": [0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, -2**31, 2**31, -2**31 - 1, 2**62, 2**63 - 1, -2**63],
    "floats": [0.0, -0.0, 1.5, -1e300, 3.141592653589793, float("inf")],
    "texts": ["", "plain", "quote's \" and \\ back", "tab\tline\nreturn\r", "Zoë 人 \U0001f600", "\\u0041", "x" * 300],
    "bytes": [b"\x00\xff'\"\\\n", b"y" * 300],
    "nested": {"a": [(1, (2, (3, {"b": [None]}))), [[]]], 7: "seven", ("k", 1): -1.0},
    "shared": (shared, shared, {"again": shared}),
    "long": [7] * 1100 + [tuple(range(4))],
    "ordered": collections.OrderedDict([("w", 1), ("b", [2])]),
}
lines = []
for name, value in VALUES.items():
    for protocol in range(6):
        lines.append((name, protocol, pickle.dumps(value, protocol), show(value, protocol, False)))
        if protocol < 3 and name == "bytes":
            out = io.BytesIO()
            Two(out, protocol).dump(value)
            assert pickle.loads(out.getvalue(), encoding="bytes") == value
            lines.append(("python2", protocol, out.getvalue(), show(value, protocol, True)))
lines.append(("bytearray", 5, pickle.dumps(bytearray(b"abc"), 5), show(bytearray(b"abc"), 5, False)))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "python.txt"), "w") as f:
    f.write(f"# name protocol pickle value; pickles.py, Python {sys.version.split()[0]}\n")
    for name, protocol, data, value in lines:
        f.write(f"{name} {protocol} {data.hex()} {value}\n")
