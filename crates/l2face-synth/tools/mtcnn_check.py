#!/usr/bin/env python3
"""How many rendered faces does a detector trained on photographs find?

    cargo run --release -p l2face-synth --example render_good -- DIR 400 160
    python crates/l2face-synth/tools/mtcnn_check.py DIR

Needs facenet-pytorch (its MTCNN weights are in the package) and torch. DIR holds PNGs and landmarks.csv
(file, x1, y1, ..., x5, y5, quality; pixel centres at integers). A face counts as found if MTCNN at its default
thresholds (.6, .7, .7; smallest face 20 pixels) returns a box that contains the mean of the true points. Prints the
rate, the mean distance of the five points in interocular distances, and the versions; exits 1 below --need.
"""
import argparse
import csv
import os
import sys
from importlib.metadata import version

import numpy as np
import torch
from facenet_pytorch import MTCNN
from PIL import Image


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir")
    parser.add_argument("--need", type=float, default=0.95, help="smallest rate that passes")
    parser.add_argument("--list", action="store_true", help="print the files not found")
    args = parser.parse_args()
    torch.set_num_threads(1)
    detector = MTCNN(keep_all=True, min_face_size=20, thresholds=[0.6, 0.7, 0.7], device="cpu")
    found, errors, scores, missed = 0, [], [], []
    with open(os.path.join(args.dir, "landmarks.csv"), newline="") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        true = np.array([[float(row[f"{a}{i}"]) for a in "xy"] for i in range(1, 6)])
        image = Image.open(os.path.join(args.dir, row["file"])).convert("RGB")
        boxes, probs, points = detector.detect(image, landmarks=True)
        hit = best(boxes, true)
        if hit is None:
            missed.append(row["file"])
            continue
        found += 1
        scores.append(probs[hit])
        iod = np.linalg.norm(true[0] - true[1])
        errors.append(np.linalg.norm(np.asarray(points[hit], float) - true, axis=1) / iod)
    rate = found / max(1, len(rows))
    print(f"found {found} of {len(rows)}: {100 * rate:.2f} %")
    if errors:
        each = np.mean(errors, axis=0)
        print(f"mean landmark distance {np.mean(errors):.4f} IOD (" + " ".join(f"{e:.3f}" for e in each) + ")")
        print(f"mean detector score {np.mean(scores):.4f}")
    print("facenet-pytorch", version("facenet-pytorch"), "torch", torch.__version__, "numpy", np.__version__)
    if args.list:
        print("missed:", " ".join(missed))
    return 0 if rate >= args.need else 1


def best(boxes, true):
    """The index of the first box that contains the mean of the true points, or None."""
    if boxes is None:
        return None
    x, y = true.mean(axis=0)
    for i, (x1, y1, x2, y2) in enumerate(boxes):
        if x1 <= x <= x2 and y1 <= y <= y2:
            return i
    return None


if __name__ == "__main__":
    sys.exit(main())
