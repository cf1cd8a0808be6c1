"""Writes legacy.json: InsightFace's old 1:N figures, written from a description of its script, with numpy; for legacy.rs.

    python crates/l2face-metrics/tests/parity/legacy.py

All galleries are one, every probe has one mate in it; the threshold at x is the ceil(x Q)-th largest of all scores against non-mates, to
be exceeded.
"""
import math
import numpy as np
from fixture import short, write
from generator import numbers

SHAPES = {"distinct": (150, 12, 0), "ties": (150, 12, 16), "coarse": (40, 3, 2)}  # probes, gallery, steps
RATES = [0.001, 0.01, 0.05, 0.1, 1 / 3, 0.5, 1.0]


def scores(name, probes, size, steps):
    s = numbers(f"legacy/{name}", probes * size).reshape(probes, size)
    mate = np.arange(size)[None, :] == np.arange(probes)[:, None] % size
    s = np.where(mate, s * 0.5 + 0.5, s)
    return np.floor(s * steps) / steps if steps else s, mate


def one(name, probes, size, steps):
    s, mate = scores(name, probes, size, steps)
    others, mates, rows = np.sort(s[~mate])[::-1], s[mate], []
    for x in RATES:
        t = others[math.ceil(probes * x) - 1]
        rows.append([float(np.mean(mates > t)), float(t)])
    return rows


write(__file__, {"versions": {"numpy": np.__version__}, "rates": RATES, "sets": short({name: one(name, *shape) for name, shape in SHAPES.items()})})
