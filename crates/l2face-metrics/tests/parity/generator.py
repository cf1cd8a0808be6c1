"""Scores from a generator of their names, coded again in generator.rs. Every step is one rounded f64 operation.

With an argument, a script that uses this draws other scores, by that seed, and prints what it finds in place of writing a file.
"""
import sys

import numpy as np

SEED = sys.argv[1] + "/" if len(sys.argv) > 1 else ""


def numbers(name, n):
    """n numbers in [-1, 1): splitmix64 of the position, started from FNV-1a of the name."""
    seed = 0xCBF29CE484222325
    for b in (SEED + name).encode():
        seed = ((seed ^ b) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1


def scores(name, n, centre, steps):
    """Around a centre, not further than 0.5; cut to multiples of 1/steps, so that few steps make many ties; 0 leaves them distinct."""
    raw = centre + 0.25 * (numbers(name + "/x", n) + numbers(name + "/y", n))
    return np.floor(raw * steps) / steps if steps else raw


# name: genuine, impostors, steps
SETS = {"distinct": (150, 2000, 0), "ties": (150, 2000, 32), "coarse": (80, 90, 4), "few": (7, 11, 8), "many": (1000, 20000, 0),
        "many-ties": (1000, 20000, 256)}

# By a seed: powers of two, so that every rate is a binary fraction and no rounding decides between equals.
if SEED:
    SETS = {"distinct": (128, 2048, 0), "ties": (128, 2048, 32), "coarse": (64, 64, 4), "few": (8, 16, 8), "many-ties": (1024, 16384, 256)}

# hand-made: genuine, impostors
EDGES = {
    "one-each": ([0.5], [0.25, 0.25]),
    "all-tied": ([0.5, 0.5, 0.5], [0.5, 0.5]),
    "separated": ([0.9, 0.8, 0.7], [0.3, 0.2, 0.1, 0.0]),
    "reversed": ([0.1, 0.2], [0.7, 0.8, 0.9]),
    "tied-at-top": ([0.9, 0.9, 0.1], [0.9, 0.5, 0.5, 0.2]),
    "equal-gaps": ([0.9, 0.9, 0.5, 0.1], [0.5, 0.5, 0.5, 0.1]),  # |FMR - FNMR| is .5 at .9 and at .5
    "equal-gaps-within": ([0.9, 0.9, 0.5, 0.5], [0.9, 0.1, 0.1, 0.1]),  # .25 at both, with an impostor accepted
    "zeros": ([0.0, 0.5], [-0.0, 0.0, -0.5]),
}


def all_sets():
    for name, (g, i, steps) in SETS.items():
        yield name, scores(name + "/g", g, 0.4, steps), scores(name + "/i", i, 0.0, steps)
    for name, (g, i) in EDGES.items():
        yield name, np.array(g), np.array(i)


RATES = [0.0, 1e-4, 1e-3, 0.00123, 0.01, 1 / 11, 0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0]
