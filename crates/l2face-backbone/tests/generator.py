"""Weights and images from a generator of their names, coded again in suite/generator.rs."""
import numpy as np, torch


def numbers(name, n):
    """n numbers in [-1, 1): splitmix64 of the position, started from FNV-1a of the name."""
    seed = 0xCBF29CE484222325
    for b in name.encode():
        seed = ((seed ^ b) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return torch.from_numpy((z >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1)


def start(name, shape):
    n = int(np.prod(shape))
    f = numbers(name, n).reshape(shape)
    if len(shape) > 1:
        return f * (3 * 2 / (n / shape[0])) ** 0.5
    if "prelu" in name or name.endswith("layers.2.weight"):
        return f * 0.1 + 0.25
    return f * 0.2 + 1 if name.endswith("weight") else f * 0.1


def smooth(name, shape, biases, factors):
    """As `start`, with mean 0 over each half of a weight's inputs (of one or two channels: over its places, and half of that), and by the
    first end of a name that fits: a bias plus one number in the first half and another in the second, any other variable times a factor."""
    first = start(name, shape)
    if len(shape) > 1 and shape[1] <= 2:
        return (first - first.mean((2, 3), keepdim=True)) * 0.5
    if len(shape) > 1 and shape[1] % 2 == 0:
        halves = first.reshape(shape[0], 2, shape[1] // 2, -1)
        return factor(name, factors) * (halves - halves.mean(2, keepdim=True)).reshape(shape)
    for end, up, down in biases:
        if name.endswith(end):
            half = shape[0] // 2
            return first + torch.tensor([up] * half + [down] * (shape[0] - half), dtype=first.dtype)
    return first * factor(name, factors)


def factor(name, factors):
    return next((f for end, f in factors if name.endswith(end)), 1.0)
