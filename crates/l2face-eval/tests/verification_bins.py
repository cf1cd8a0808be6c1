"""Writes the folder verification, what verification.rs reads: pickled pairs (images, issame) in every form that is met, and their images.
Usage: python verification_bins.py (numpy, pillow; written with Python 3.11.7, numpy 2.4.6, pillow 13.0.0). The images are four PNGs by formula."""
import io, os, pickle, struct, sys
import numpy, PIL
from PIL import Image


class Two(pickle._Pickler):
    """Bytes as Python 2's str, as Python 2.7 writes it."""
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


def two(value, protocol):
    out = io.BytesIO()
    Two(out, protocol).dump(value)
    # numpy 1, the only one that Python 2 has.
    return out.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def png(k):
    out = io.BytesIO()
    pixels = [(40 * k + 10 * x, 25 * y, 60 * k) for y in range(3) for x in range(4)]
    image = Image.new("RGB", (4, 3))
    image.putdata(pixels)
    image.save(out, "png")
    return out.getvalue()


images, same = [png(k) for k in range(4)], [True, False]
arrays = [numpy.frombuffer(i, numpy.uint8) for i in images]
columns = [numpy.array(a).reshape(-1, 1) for a in arrays]
lines = []
for protocol in 0, 2, 3, 4, 5:
    lines.append((f"bytes-{protocol}", pickle.dumps((images, same), protocol)))
    lines.append((f"arrays-{protocol}", pickle.dumps((arrays[:2] + columns[2:], [numpy.bool_(s) for s in same]), protocol)))
for protocol in 0, 2:
    lines.append((f"python2-{protocol}", two((images, same), protocol)))
    lines.append((f"python2-arrays-{protocol}", two((columns, same), protocol)))
lines.append(("ints", pickle.dumps([images, [1, 0]], 4)))
lines.append(("bool-array", pickle.dumps((images, numpy.array(same)), 4)))
lines.append(("int-array", pickle.dumps((images, numpy.array([1, 0])), 5)))
for name, data in lines:
    bins, issame = pickle.loads(data, encoding="bytes")
    assert [bytes(bytearray(numpy.asarray(bytearray(b) if isinstance(b, bytes) else b).reshape(-1))) for b in bins] == images, name
    assert [bool(s) for s in issame] == same, name
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "verification")
os.makedirs(folder, exist_ok=True)
for name, data in [(f"{n}.bin", d) for n, d in lines] + [(f"{k}.png", i) for k, i in enumerate(images)]:
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)
print("Python", sys.version.split()[0], "numpy", numpy.__version__, "pillow", PIL.__version__, len(lines), "files")
