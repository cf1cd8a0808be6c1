"""Weights and pictures from a generator of their names, coded again in src/tests/generator.rs."""
import numpy as np


def numbers(name, shape):
    """Numbers in [-1, 1), f64: splitmix64 of the position, started from FNV-1a of the name."""
    seed = 0xCBF29CE484222325
    for b in name.encode():
        seed = ((seed ^ b) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1).reshape(shape)


def start(name, shape):
    """A variable of a network; the heads that move boxes start small, so that boxes stay near where they were."""
    f = numbers(name, shape)
    if len(shape) > 1:
        f = f * (6 * shape[0] / f.size) ** 0.5
    elif "prelu" in name:
        f = f * 0.1 + 0.25
    else:
        f = f * 0.1
    return f * 0.1 if name.split(".")[-2].endswith("_2") else f


def picture(width, height):
    """(height, width, 3) bytes."""
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    return np.stack([x * x // 7 + 3 * y, x * y // 5 + 7 * x, y * y // 3 + x], axis=2).astype(np.int64).__mod__(256).astype(np.uint8)
