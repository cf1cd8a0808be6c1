"""Makes tests/fixtures: reference pixels of OpenCV and Pillow. Run: python make_fixtures.py (opencv-python 4.11, Pillow, numpy).

The source image is a formula (`source` here, `common::source` in Rust), so only results are stored, as raw bytes.
"""
import io
import pathlib

import cv2
import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parent / "fixtures"


def source(width, height):
    """Smooth ramps, hard edges and near-noise in one picture, (height, width, 3) uint8."""
    y, x = np.mgrid[0:height, 0:width]
    red = (x * 37 + y * 91 + ((x * y) % 53) * 5) % 256
    green = (x * 3 + y * 2) % 256
    blue = ((x // 7 + y // 5) % 2) * 255
    return np.stack([red, green, blue], -1).astype(np.uint8)


def similarity(scale, angle, tx, ty):
    a, b = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[a, -b, tx], [b, a, ty]])


def warps():
    image = source(70, 60)
    cases = [(0.7, 0.3, 9.3, -5.7), (1.7, -1.2, -20.25, 40.5), (0.31, 3.0, 26.1, 20.2), (1.0, 0.0, 0.5, 0.25)]
    return [cv2.warpAffine(image, similarity(*c), (32, 28), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0) for c in cases]


def jpegs():
    """Every form of JPEG that cameras and data sets have, with sides that no block divides."""
    image = Image.fromarray(source(45, 37))
    forms = {
        "full": dict(subsampling=0), "half": dict(subsampling=1), "quarter": dict(subsampling=2), "coarse": dict(subsampling=2, quality=25),
        "progressive": dict(subsampling=2, progressive=True), "restarts": dict(subsampling=2, restart_marker_blocks=2),
        "optimised": dict(subsampling=1, optimize=True), "grey": None,
    }
    for name, options in forms.items():
        out = io.BytesIO()
        (image.convert("L") if options is None else image).save(out, "JPEG", **{"quality": 90, **(options or {})})
        yield name, out.getvalue()


def main():
    (OUT / "jpeg").mkdir(parents=True, exist_ok=True)
    for name, data in jpegs():
        (OUT / f"jpeg/{name}.jpg").write_bytes(data)
        (OUT / f"jpeg/{name}.bin").write_bytes(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).tobytes())
    OUT.mkdir(exist_ok=True)
    (OUT / "cv2_warp.bin").write_bytes(b"".join(w.tobytes() for w in warps()))
    small = Image.fromarray(source(70, 60)).resize((20, 15), Image.BILINEAR)
    (OUT / "pil_resize.bin").write_bytes(small.tobytes())
    cv2.imwrite(str(OUT / "progressive.jpg"), source(40, 32)[..., ::-1], [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 90])
    (OUT / "progressive.bin").write_bytes(np.asarray(Image.open(OUT / "progressive.jpg")).tobytes())


if __name__ == "__main__":
    main()
