"""Reference values of TPE: principal components by numpy, loss, gradient and training by PyTorch's autograd, in f64.

    python reference_tpe.py > expected_tpe.json     # numpy 2.4.6, torch 2.15.0

With a seed as argument the vectors are others, as in tests/peers/tpe.rs.
"""

import json
import sys

import numpy as np
import torch

DIM, COLS, LARGEST, EPOCHS, RATE = 4, 9, 5, 12, 0.8
MASK = (1 << 64) - 1
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 0


def uniform(key, d):
    z = (SEED * 1000003 + key + (d + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return ((z ^ (z >> 31)) >> 11) / 2.0**53


def people():
    vectors, labels = [], []
    for p in range(LARGEST):
        for i in range(p + 1):
            row = [uniform(1000 + p, d) - 0.5 + 0.9 * (uniform(2000 + 50 * p + i, d) - 0.5) for d in range(COLS)]
            vectors.append(row)
            labels.append(70 + p)
    return np.array(vectors), np.array(labels)


def components(vectors):
    values, columns = np.linalg.eigh(np.cov(vectors.T, bias=True))
    rows = columns.T[np.argsort(-values)][:DIM]
    signs = np.sign(rows[np.arange(DIM), np.argmax(np.abs(rows), axis=1)])
    return rows * signs[:, None]


def loss(w, vectors, labels):
    embedded = vectors @ w.T
    scores = embedded @ embedded.T
    same = labels[:, None] == labels[None, :]
    hardest = scores.masked_fill(same, float("-inf")).max(dim=1, keepdim=True).values
    positives = same & ~torch.eye(len(labels), dtype=torch.bool)
    return -torch.nn.functional.logsigmoid(scores - hardest)[positives].mean()


def main():
    print("numpy", np.__version__, "torch", torch.__version__, file=sys.stderr)
    raw, names = people()
    labels = torch.tensor(names)
    start = np.array([[uniform(1 + r, c) - 0.5 for c in range(COLS)] for r in range(DIM)])
    w = torch.tensor(start, requires_grad=True)
    once = loss(w, torch.tensor(raw), labels)
    once.backward()
    out = {"loss": once.item(), "gradient": w.grad.tolist()}

    unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    out["components"] = components(unit).tolist()
    w = torch.tensor(components(unit), requires_grad=True)
    sgd, losses = torch.optim.SGD([w], lr=RATE), []
    for _ in range(EPOCHS):  # one batch an epoch: the order of people does not matter
        sgd.zero_grad()
        value = loss(w, torch.tensor(unit), labels)
        value.backward()
        sgd.step()
        losses.append(value.item())
    out["losses"], out["weight"] = losses, w.tolist()
    applied = torch.tensor(raw) @ w.detach().T
    out["applied"] = (applied / applied.norm(dim=1, keepdim=True))[:3].tolist()
    json.dump(out, sys.stdout)
    print()


main()
