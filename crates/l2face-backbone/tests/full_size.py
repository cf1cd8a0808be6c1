"""Writes fixtures/full/*.json, the reference values of suite/full_size.rs. Usage: python full_size.py [NAME...] (torch, torchvision, numpy)

For every published network, in training and in evaluation, in f64: of the output its norm, its products with eight patterns and its first
eight values; of every parameter's gradient, in the order of their names, the norm and its products with two patterns, as base64 of
little-endian f64. And how far torch's own f32 is from its f64: output, all gradients as one vector.

A pattern has independent numbers of mean 0 and variance 1/3, so that a difference d shows in a product with |d| / sqrt(3) on the average,
whatever its length: a difference of 1e-7 of the norm passes a check of 1e-8 for two patterns in one case of a hundred, for eight in one
of 10^8. The last scales of residual branches (`damped`) are a fifth of the generator's, else the deepest networks would be so badly
conditioned that a comparison says nothing.
"""
import base64, json, os, sys, time, numpy as np, torch, torchvision
from generator import numbers, start
from measure import all_of, distance, run
from published import PUBLISHED

DAMPED = 0.2
# Batch and side. ResNets take any side from 32 on; batch norm of an embedding needs three images, of two it is 1 and -1.
SIZES = {"face-resnet": (2, 128), "face-resnet-small": (4, 48), "face-resnet-photos": (4, 48), "all-in-one": (2, 227),
         "mbf": (4, 112), "mbf-large": (4, 112)}


def size(name):
    return SIZES.get(name, (4, 64) if name.startswith("res") else (3, 112))


def damped(name):
    """Endings of the names of what scales a residual branch's end."""
    if name in ("resnet18", "resnet34"):
        return [".bn2.weight"]
    if name.startswith("face-resnet"):
        return [".bn2.weight"] if name.endswith("photos") else [".conv2.weight", ".conv2.bias"]
    return [".bn3.weight"] if "resn" in name else [".layers.2.layers.1.weight"] if name.startswith("mbf") else []


def product(pattern, t):
    return (t.flatten() * numbers(pattern, t.numel())).sum().item()


def of_gradient(name, g):
    return [g.norm().item(), product(f"{name}#0", g), product(f"{name}#1", g)]


def measured(exact, low):
    (y, gradients), (y32, gradients32) = exact, low
    names = sorted(gradients)
    values = np.array([of_gradient(n, gradients[n]) for n in names], dtype="<f8")
    return {
        "norm": y.norm().item(),
        "products": [product(f"output#{k}", y) for k in range(8)],
        "first": y.flatten()[:8].tolist(),
        "f32": [distance(y32, y), distance(all_of(gradients32), all_of(gradients))],
        "parameters": len(names),
        "gradients": base64.b64encode(values.tobytes()).decode(),
    }


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures/full")
    os.makedirs(folder, exist_ok=True)
    print("torch", torch.__version__, "torchvision", torchvision.__version__, "numpy", np.__version__)
    for name in sys.argv[1:] or PUBLISHED:
        began, net, (batch, side), ends = time.time(), PUBLISHED[name](), size(name), damped(name)
        first = lambda n, shape: start(n, shape) * (DAMPED if any(n.endswith(e) for e in ends) else 1)
        shape = (batch, 3, side, side)
        runs = [run(net, shape, dtype, first) for dtype in (torch.float64, torch.float32)]
        for mode, exact, low in zip(("training", "evaluation"), *runs):
            head = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": np.__version__,
                    "image": shape, "damped": [[e, DAMPED] for e in ends]}
            result = measured(exact, low)
            text = json.dumps({**head, **result}).replace(', "', ',\n"') + "\n"
            assert len(text) <= 16384, f"{name}: {len(text)} bytes"
            with open(os.path.join(folder, f"{name}_{mode}.json".replace("-", "_")), "w") as f:
                f.write(text)
            print(f"{name} {mode}: |y| {result['norm']:.3g}, f32 {result['f32']}, {len(text)} bytes, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
