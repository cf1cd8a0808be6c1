"""Writes fixtures/smooth/*.json, the reference values of suite/smooth.rs. Usage: python smooth.py [NAME...] (torch, torchvision, numpy)

How far torch's f32 is from its own f64, in training and in evaluation: the output, all gradients as one vector, and those behind the last
max pooling as one; where no activation is near its kink. With the weights of full_size.py a PReLU's input is near 0 somewhere, f32 takes its sign for the other one, and that one sign weighs
thousands of times more in the gradients than all rounding: in torch on some images, in l2face on others. So here every bias before an
activation is 8 standard deviations of what it is added to, up for the first half of the channels, down for the other; and what a
convolution gets is kept free of those offsets: its weights have mean 0 over each half. `margin` is the smallest input of an activation in
standard deviations of its channel. In a network of ReLUs the other half is dead by this: only what the first half gets is compared there,
the rest in networks.rs (few blocks) and, within a loose limit, in full_size.rs.

A max pooling of Face-ResNet and All-In-One has hundreds of thousands of windows, and always one whose two largest are too near for f32. There
the errors are the root mean square over four images: as many of such windows as there are, on both sides. They are hundreds of times what
rounding alone makes, so the gradients of what stands behind the last pooling, which no window moves, are compared by themselves too.
"""
import json, os, sys, time, numpy as np, torch, torch.nn as nn, torchvision
from full_size import size
from generator import numbers, smooth
from measure import all_of, distance, passes, prepare
from published import PUBLISHED

B, D = 8.0, 0.2


def rules(name):
    """By the ends of their names, the first that fits: what biases get in the two halves, what other variables are multiplied with."""
    if name in ("resnet18", "resnet34"):
        return [(".bn2.bias", 0, -D * B), ("downsample.1.bias", B, -B), ("bn1.bias", B, -B)], [(".bn2.weight", D)]
    if name.startswith("res"):
        ends = [(".bn3.bias", 0, -D * B), ("downsample.1.bias", B, -B), (".bn2.bias", B, -B), ("bn1.bias", B, -B)]
        return ends, [(".bn3.weight", D)]
    if name.startswith("iresnet"):
        return [(".bn1.bias", 0, 0), ("bn1.bias", B, -B), (".bn2.bias", B, -B)], [(".bn3.weight", 0.05), ("downsample.1.weight", 0.7)]
    if name == "face-resnet-photos":
        return [(".bn2.bias", D * B, -D * B), ("feature_norm.bias", 0, 0), ("bias", B, -B)], [(".bn2.weight", D)]
    if name.startswith("face-resnet"):
        return [(".conv2.bias", D * B, -D * B), ("fc.bias", 0, 0), ("bias", B, -B)], [(".conv2.weight", D)]
    if name.startswith("mbf"):
        linear = [".layers.2.layers.1.bias", "features.layers.0.layers.1.bias", "features.layers.3.bias"]
        return [(end, 0, 0) for end in linear] + [(".layers.1.bias", B, -B)], [(".layers.2.layers.1.weight", D)]
    return [("fc7.bias", 0, 0), ("bias", B, -B)], []


BEHIND = {
    "face-resnet": ["layer4.", "fc."],
    "face-resnet-small": ["layer3.", "fc."],
    "face-resnet-photos": ["conv4.", "bn4.", "prelu4.", "layer4.", "fc.", "feature_norm."],
    "all-in-one": ["fc6.", "prelu_fc6.", "fc7."],
}


def behind(name):
    """Beginnings of the names of what stands behind the last max pooling, if there is more than one; of everything, if not."""
    return BEHIND.get(name, [""])


def images(name):
    return ["image"] + [f"image{i}" for i in range(2, 5 if name in BEHIND else 2)]


def margin(net, run):
    """The smallest input of an activation while `run` runs, in standard deviations of its channel."""
    seen = []

    def look(_, inputs):
        x = inputs[0].detach()
        seen.append((x.abs() / x.std([i for i in range(x.dim()) if i != 1], keepdim=True)).min().item())

    hooks = [m.register_forward_pre_hook(look) for m in net.modules() if isinstance(m, (nn.PReLU, nn.ReLU))]
    result = run()
    for hook in hooks:
        hook.remove()
    return result, min(seen, default=None)


def both(net, x, dtype, first):
    prepare(net, dtype, first)
    return passes(net.train(), x.to(dtype)), passes(net.eval(), x.to(dtype))


def errors(exact, low, begin):
    some = lambda gradients: {n: g for n, g in gradients.items() if n.startswith(tuple(begin))}
    pairs = [(e, l, some(e[1]), some(l[1])) for e, l in zip(exact, low)]
    return [[distance(l[0], e[0]), distance(all_of(l[1]), all_of(e[1])), distance(all_of(b), all_of(a))] for e, l, a, b in pairs]


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures/smooth")
    os.makedirs(folder, exist_ok=True)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": np.__version__}
    print(versions)
    for name in sys.argv[1:] or PUBLISHED:
        began, net, (batch, side), (biases, factors) = time.time(), PUBLISHED[name](), size(name), rules(name)
        first = lambda n, shape: smooth(n, shape, biases, factors)
        squares, margins, shape = [], [], (batch, 3, side, side)
        for image in images(name):
            x = numbers(image, int(np.prod(shape))).reshape(shape)
            exact, nearest = margin(net, lambda: both(net, x, torch.float64, first))
            squares.append(np.square(errors(exact, both(net, x, torch.float32, first), behind(name))))
            margins.append(nearest)
        f32 = np.sqrt(np.mean(squares, axis=0)).tolist()
        fixture = {**versions, "shape": shape, "images": images(name), "biases": biases, "factors": factors, "behind": behind(name),
                   "margin": min(margins), "f32": f32}
        with open(os.path.join(folder, f"{name}.json".replace("-", "_")), "w") as f:
            f.write(json.dumps(fixture).replace(', "', ',\n"') + "\n")
        print(f"{name}: margin {min(margins)}, f32 {f32}, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
