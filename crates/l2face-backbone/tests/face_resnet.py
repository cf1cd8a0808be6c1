"""The reference values of tests/suite/parity.rs and config.rs, from PyTorch. Usage: python face_resnet.py

Weights and images come from a formula of the variable's name, coded again in suite/common.rs.
"""
import torch, torch.nn as nn, torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def formula(seed, *shape):
    n = 1
    for s in shape:
        n *= s
    return (((torch.arange(n) * 37 + seed * 11) % 101) / 50 - 1).reshape(shape)


class Block(nn.Module):
    def __init__(self, i, o, padding, norm):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, padding=padding, bias=not norm)
        self.bn = nn.BatchNorm2d(o) if norm else nn.Identity()
        self.prelu = nn.PReLU(o)

    def forward(self, x):
        return self.prelu(self.bn(self.conv(x)))


class Unit(nn.Module):
    def __init__(self, c, norm):
        super().__init__()
        self.first, self.second = Block(c, c, 1, norm), Block(c, c, 1, norm)

    def forward(self, x):
        return x + self.second(self.first(x))


class FaceResNet(nn.Module):
    """stages: (convs, units, pool) with pool "none", "before-units" or "after-units"."""

    def __init__(self, height, width, stages, padding, norm, feature_norm, embedding):
        super().__init__()
        self.names, layers, c = [], [], 3
        for s, (convs, units, pool) in enumerate(stages, 1):
            for i, o in enumerate(convs):
                tag = f"{s}{'abcdef'[i]}" if len(convs) > 1 else f"{s}"
                layers.append(Block(c, o, padding, norm)); self.names.append(("", tag)); c = o
            if pool == "before-units":
                layers.append(nn.MaxPool2d(2)); self.names.append(None)
            for u in range(units):
                layers.append(Unit(c, norm)); self.names.append((f"layer{s}.{u}.", None))
            if pool == "after-units":
                layers.append(nn.MaxPool2d(2)); self.names.append(None)
        self.layers = nn.ModuleList(layers)
        with torch.no_grad():
            flat = self.eval().features(torch.zeros(1, 3, height, width)).shape[1]
        self.fc = nn.Linear(flat, embedding, bias=not feature_norm)
        self.feature_norm = nn.BatchNorm1d(embedding) if feature_norm else nn.Identity()

    def features(self, x):
        for layer in self.layers:
            x = layer(x)
        return x.flatten(1)

    def forward(self, x):
        return self.feature_norm(self.fc(self.features(x)))

    def named(self):
        """(name in the Rust network, parameter)"""
        def block(prefix, tag, b):
            for kind, module in (("conv", b.conv), ("bn", b.bn), ("prelu", b.prelu)):
                for n, p in module.named_parameters():
                    yield f"{prefix}{kind}{tag}.{n}", p
        for name, layer in zip(self.names, self.layers):
            if isinstance(layer, Block):
                yield from block(*name, layer)
            elif isinstance(layer, Unit):
                yield from block(name[0], "1", layer.first)
                yield from block(name[0], "2", layer.second)
        yield from ((f"fc.{n}", p) for n, p in self.fc.named_parameters())
        yield from ((f"feature_norm.{n}", p) for n, p in self.feature_norm.named_parameters())


def fill(net):
    for name, p in net.named():
        f = formula(sum(name.encode()), *p.shape)
        if p.dim() > 1:
            f = f / (p[0].numel() ** 0.5)
        elif "prelu" in name:
            f = 0.25 + 0.1 * f
        elif name.endswith("weight"):
            f = 1 + 0.2 * f
        else:
            f = 0.1 * f
        p.data.copy_(f)


def paper(height, width):
    b = "before-units"
    return FaceResNet(height, width, [([32, 64], 1, b), ([128], 2, b), ([256], 5, b), ([512], 3, b)], 0, False, False, 512)


def small():
    b = "before-units"
    return FaceResNet(48, 48, [([12, 24], 1, b), ([48], 2, b), ([96], 1, b)], 0, False, False, 128)


def photos():
    a = "after-units"
    return FaceResNet(48, 48, [([16], 0, a), ([32], 1, a), ([64], 1, a), ([128], 1, "none")], 1, True, True, 128)


for name, net in (("paper 112x96", paper(112, 96)), ("paper 128x128", paper(128, 128)), ("small", small()), ("photos", photos())):
    print(name, "parameters", sum(p.numel() for p in net.parameters()))

plain = FaceResNet(20, 18, [([4, 6], 1, "before-units"), ([5], 2, "none")], 0, False, False, 7)
normed = FaceResNet(20, 18, [([4], 1, "after-units"), ([6, 5], 1, "before-units")], 1, True, True, 7)
for name, net in (("plain", plain), ("normed", normed)):
    fill(net)
    net.train()
    x = formula(1, 3, 3, 20, 18)
    y = net(x)
    loss = (y * formula(3, *y.shape)).sum()
    loss.backward()
    print(name, "y", y[0, :4].tolist(), "squares", (y * y).sum().item(), "loss", loss.item())
    print("  gradient squares", sum((p.grad**2).sum().item() for _, p in net.named()))
    for n, p in net.named():
        if n in ("conv1a.weight", "conv1.weight", "layer1.0.conv2.weight", "layer1.0.prelu1.weight", "fc.weight"):
            print("  ", n, (p.grad**2).sum().item())
    net.eval()
    print("  evaluation squares", (net(x) ** 2).sum().item())
