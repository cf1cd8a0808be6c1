"""The networks, written from their descriptions for the tests: the references of networks.py and full_size.py. ResNets are torchvision's.

IResNet and MobileFaceNet have InsightFace's variable names, IR has AdaFace's and CVLface's, Face-ResNet and All-In-One have ours.
"""
import torch.nn as nn, torch.nn.functional as F


class IBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)
        self.bn2, self.prelu = nn.BatchNorm2d(outputs), nn.PReLU(outputs)
        self.conv2, self.bn3 = nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        return self.bn3(self.conv2(y)) + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    def __init__(self, blocks, size, embedding):
        super().__init__()
        self.conv1, self.bn1, self.prelu = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64)
        inputs = 64
        for i, count in enumerate(blocks):
            stage = []
            for k in range(count):
                stage.append(IBlock(inputs, 64 << i, 1 if k else 2))
                inputs = 64 << i
            setattr(self, f"layer{i + 1}", nn.Sequential(*stage))
            size = (size + 1) // 2
        self.bn2, self.fc = nn.BatchNorm2d(512), nn.Linear(512 * size * size, embedding)
        self.features = nn.BatchNorm1d(embedding)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        for i in range(4):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.features(self.fc(self.bn2(x).flatten(1)))


class Layers(nn.Module):
    def __init__(self, *layers, residual=False):
        super().__init__()
        self.layers, self.residual = nn.Sequential(*layers), residual

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


def linear_block(i, o, k=1, s=1, p=0, g=1, *more):
    return Layers(nn.Conv2d(i, o, k, s, p, groups=g, bias=False), nn.BatchNorm2d(o), *more)


def conv_block(i, o, k=1, s=1, p=0, g=1):
    return linear_block(i, o, k, s, p, g, nn.PReLU(o))


def depth_wise(i, o, s, g, residual=False):
    return Layers(conv_block(i, g), conv_block(g, g, 3, s, 1, g), linear_block(g, o), residual=residual)


def stage(c, count, g):
    return Layers(*[depth_wise(c, c, 1, g, True) for _ in range(count)])


class MobileFaceNet(nn.Module):
    def __init__(self, blocks, scale, embedding):
        super().__init__()
        a, b = 64 * scale, 128 * scale
        self.layers = nn.ModuleList([
            conv_block(3, a, 3, 2, 1),
            conv_block(a, a, 3, 1, 1, 64) if blocks[0] == 1 else stage(a, blocks[0], 128),
            depth_wise(a, a, 2, 128), stage(a, blocks[1], 128),
            depth_wise(a, b, 2, 256), stage(b, blocks[2], 256),
            depth_wise(b, b, 2, 512), stage(b, blocks[3], 256)])
        self.conv_sep = conv_block(b, 512)
        self.features = Layers(linear_block(512, 512, 7, g=512), nn.Flatten(), nn.Linear(512, embedding, bias=False), nn.BatchNorm1d(embedding))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.features(self.conv_sep(x))


class AllInOne(nn.Module):
    def __init__(self, widths, map, hidden, embedding):
        super().__init__()
        inputs = 3
        for i, (o, (k, s, p)) in enumerate(zip(widths, [(11, 4, 0), (5, 1, 2)] + [(3, 1, 1)] * 5)):
            setattr(self, f"conv{i + 1}", nn.Conv2d(inputs, o, k, s, p))
            setattr(self, f"prelu{i + 1}", nn.PReLU(o))
            inputs = o
        self.fc6, self.prelu_fc6, self.fc7 = nn.Linear(inputs * map * map, hidden), nn.PReLU(hidden), nn.Linear(hidden, embedding)

    def forward(self, x):
        for i in range(1, 8):
            x = getattr(self, f"prelu{i}")(getattr(self, f"conv{i}")(x))
            x = F.max_pool2d(x, 3, 2) if i in (1, 2, 7) else x
        return self.fc7(self.prelu_fc6(self.fc6(x.flatten(1))))


class IrBlock(nn.Module):
    """A block of AdaFace and CVLface: where the channels stay, every stride-th pixel goes around it."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.shortcut_layer = nn.MaxPool2d(1, stride)
        if inputs != outputs:
            self.shortcut_layer = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs),
            nn.PReLU(outputs), nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return self.res_layer(x) + self.shortcut_layer(x)


class IR(nn.Module):
    """IResNet as AdaFace and CVLface have it: the last batch norm has neither scale nor offset. (Dropout is left out.)"""

    def __init__(self, blocks, size, embedding):
        super().__init__()
        self.input_layer = nn.Sequential(nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64))
        inputs, body, self.ours = 64, [], {}
        for i, count in enumerate(blocks):
            for k in range(count):
                self.ours[f"body.{len(body)}"] = f"layer{i + 1}.{k}"
                body.append(IrBlock(inputs, 64 << i, 1 if k else 2))
                inputs = 64 << i
            size = (size + 1) // 2
        self.body = nn.Sequential(*body)
        self.output_layer = nn.Sequential(
            nn.BatchNorm2d(512), nn.Dropout(0), nn.Flatten(), nn.Linear(512 * size * size, embedding),
            nn.BatchNorm1d(embedding, affine=False))

    def forward(self, x):
        return self.output_layer(self.body(self.input_layer(x)))

    def our_name(self, theirs):
        """The same variable in InsightFace's and our network."""
        part, _, variable = theirs.rpartition(".")
        ends = {"input_layer.0": "conv1", "input_layer.1": "bn1", "input_layer.2": "prelu",
                "output_layer.0": "bn2", "output_layer.3": "fc", "output_layer.4": "features"}
        if part in ends:
            return f"{ends[part]}.{variable}"
        body, index, kind, place = part.split(".")
        parts = {"res_layer": ["bn1", "conv1", "bn2", "prelu", "conv2", "bn3"], "shortcut_layer": ["downsample.0", "downsample.1"]}
        return f"{self.ours[f'{body}.{index}']}.{parts[kind][int(place)]}.{variable}"


class FaceUnit(nn.Module):
    def __init__(self, c, norm):
        super().__init__()
        for i in (1, 2):
            add_conv(self, c, c, str(i), 1, norm)

    def forward(self, x):
        return x + conv(self, "2", conv(self, "1", x))


def add_conv(module, i, o, tag, padding, norm):
    setattr(module, f"conv{tag}", nn.Conv2d(i, o, 3, padding=padding, bias=not norm))
    if norm:
        setattr(module, f"bn{tag}", nn.BatchNorm2d(o))
    setattr(module, f"prelu{tag}", nn.PReLU(o))


def conv(module, tag, x):
    x = getattr(module, f"conv{tag}")(x)
    x = getattr(module, f"bn{tag}")(x) if hasattr(module, f"bn{tag}") else x
    return getattr(module, f"prelu{tag}")(x)


class FaceResNet(nn.Module):
    """stages: (convolutions, units, pool) with pool "none", "before" or "after" the units; norm: batch normalisation in place of biases."""

    def __init__(self, height, width, stages, padding, norm, embedding):
        super().__init__()
        self.steps, c, size = [], 3, [height, width]
        for s, (widths, units, pool) in enumerate(stages, 1):
            for i, o in enumerate(widths):
                tag = f"{s}{'abcdef'[i]}" if len(widths) > 1 else f"{s}"
                add_conv(self, c, o, tag, padding, norm)
                self.steps.append(("conv", tag))
                c, size = o, [n + 2 * padding - 2 for n in size]
            pooled = [] if pool == "none" else [("pool", None)]
            layers = [("units", f"layer{s}")] if units else []
            if units:
                setattr(self, f"layer{s}", nn.Sequential(*[FaceUnit(c, norm) for _ in range(units)]))
            self.steps += pooled + layers if pool == "before" else layers + pooled
            size = [n // 2 for n in size] if pooled else size
        self.fc = nn.Linear(c * size[0] * size[1], embedding, bias=not norm)
        if norm:
            self.feature_norm = nn.BatchNorm1d(embedding)

    def forward(self, x):
        for kind, name in self.steps:
            if kind == "pool":
                x = F.max_pool2d(x, 2)
            else:
                x = conv(self, name, x) if kind == "conv" else getattr(self, name)(x)
        x = self.fc(x.flatten(1))
        return self.feature_norm(x) if hasattr(self, "feature_norm") else x


def face_resnet_paper(height, width):
    stages = [([32, 64], 1, "before"), ([128], 2, "before"), ([256], 5, "before"), ([512], 3, "before")]
    return FaceResNet(height, width, stages, 0, False, 512)


def face_resnet_small():
    return FaceResNet(48, 48, [([12, 24], 1, "before"), ([48], 2, "before"), ([96], 1, "before")], 0, False, 128)


def face_resnet_photos():
    return FaceResNet(48, 48, [([16], 0, "after"), ([32], 1, "after"), ([64], 1, "after"), ([128], 1, "none")], 1, True, 128)
