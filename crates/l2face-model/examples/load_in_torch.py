"""Loads a model folder of l2face into torch: config.json says the network, model.safetensors holds its variables.

    from load_in_torch import load, prepare
    net, config = load(FOLDER)
    embedding = net(prepare(crops, config))      # crops: (N, height, width, 3), uint8, RGB, aligned

As a program, `python load_in_torch.py FOLDER`, it compares torch's embeddings with those in check.safetensors.
Needs torch and safetensors; torchvision for ResNet and ResNeXt.
"""
import json, os, sys
import torch, torch.nn as nn, torch.nn.functional as F
from safetensors.torch import load_file

FORMAT = "l2face-model/1"
TOLERANCE = 1e-5  # of the largest value, between this and what l2face computed


def conv_norm(inputs, outputs, kernel, stride=1, groups=1, padding=None):
    padding = kernel // 2 if padding is None else padding
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(outputs)


class IResNetBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, subsample):
        super().__init__()
        self.bn1, self.prelu = nn.BatchNorm2d(inputs), nn.PReLU(outputs)
        self.conv1, self.bn2 = conv_norm(inputs, outputs, 3)
        self.conv2, self.bn3 = conv_norm(outputs, outputs, 3, stride)
        self.downsample = nn.Identity()
        if subsample and inputs == outputs:
            self.downsample = nn.MaxPool2d(1, stride)
        elif stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(*conv_norm(inputs, outputs, 1, stride))

    def forward(self, x):
        return self.bn3(self.conv2(self.prelu(self.bn2(self.conv1(self.bn1(x)))))) + self.downsample(x)


class IResNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        (self.conv1, self.bn1), self.prelu, inputs = conv_norm(3, 64, 3), nn.PReLU(64), 64
        h, w, subsample = c["height"], c["width"], c.get("shortcut", "conv") == "subsample"
        for i, count in enumerate(c["blocks"]):
            outputs = 64 << i
            blocks = [IResNetBlock(outputs if k else inputs, outputs, 1 if k else 2, subsample) for k in range(count)]
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
            inputs, h, w = outputs, (h + 1) // 2, (w + 1) // 2
        self.bn2, self.fc = nn.BatchNorm2d(inputs), nn.Linear(inputs * h * w, c["embedding"])
        self.features = nn.BatchNorm1d(c["embedding"])

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(self.bn2(x).flatten(1)))


class FaceConv(nn.Module):
    """A convolution, batch normalisation where the network has it, PReLU; its variables are its owner's, under a tag."""

    def __init__(self, owner, tag, inputs, outputs, padding, norm):
        super().__init__()
        self.names = [f"conv{tag}"] + [f"bn{tag}"] * norm + [f"prelu{tag}"]
        layers = [nn.Conv2d(inputs, outputs, 3, padding=padding, bias=not norm)] + [nn.BatchNorm2d(outputs)] * norm + [nn.PReLU(outputs)]
        for name, layer in zip(self.names, layers):
            owner.add_module(name, layer)

    def run(self, owner, x):
        for name in self.names:
            x = getattr(owner, name)(x)
        return x


class FaceUnit(nn.Module):
    def __init__(self, channels, norm):
        super().__init__()
        self.convs = [[FaceConv(self, tag, channels, channels, 1, norm)] for tag in ("1", "2")]  # in lists: no variables of their own

    def forward(self, x):
        y = x
        for [conv] in self.convs:
            y = conv.run(self, y)
        return x + y


class FaceResNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.steps, norm, channels, h, w = [], c["batch_norm"], 3, c["height"], c["width"]
        pool = [lambda x: F.max_pool2d(x, 2)]
        for s, stage in enumerate(c["stages"], 1):
            for i, outputs in enumerate(stage["convs"]):
                letter = "abcdefghijklmnopqrstuvwxyz"[i] if i < 26 else f"_{i}"
                conv = FaceConv(self, f"{s}{letter}" if len(stage["convs"]) > 1 else f"{s}", channels, outputs, c["padding"], norm)
                self.steps.append(lambda x, conv=conv: conv.run(self, x))
                channels, h, w = outputs, h + 2 * c["padding"] - 2, w + 2 * c["padding"] - 2
            units = nn.Sequential(*[FaceUnit(channels, norm) for _ in range(stage["units"])])
            self.add_module(f"layer{s}", units)
            self.steps += {"before-units": pool + [units], "after-units": [units] + pool, "none": [units]}[stage["pool"]]
            h, w = (h, w) if stage["pool"] == "none" else (h // 2, w // 2)
        self.fc = nn.Linear(channels * h * w, c["embedding"], bias=not c["feature_norm"])
        if c["feature_norm"]:
            self.feature_norm = nn.BatchNorm1d(c["embedding"])

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        x = self.fc(x.flatten(1))
        return self.feature_norm(x) if hasattr(self, "feature_norm") else x


class Layers(nn.Module):
    def __init__(self, *layers, residual=False):
        super().__init__()
        self.layers, self.residual = nn.Sequential(*layers), residual

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


class MobileFaceNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        prelu = lambda i, o, k=1, s=1, g=1, p=None: Layers(*conv_norm(i, o, k, s, g, p), nn.PReLU(o))
        wise = lambda i, o, s, g, r=False: Layers(prelu(i, g), prelu(g, g, 3, s, g), Layers(*conv_norm(g, o, 1)), residual=r)
        stage = lambda n, count, g: Layers(*[wise(n, n, 1, g, True) for _ in range(count)])
        blocks, a, b = c["blocks"], 64 * c["scale"], 128 * c["scale"]
        self.layers = nn.ModuleList([
            prelu(3, a, 3, 2), prelu(a, a, 3, 1, 64) if blocks[0] == 1 else stage(a, blocks[0], 128),
            wise(a, a, 2, 128), stage(a, blocks[1], 128), wise(a, b, 2, 256), stage(b, blocks[2], 256),
            wise(b, b, 2, 512), stage(b, blocks[3], 256)])
        self.conv_sep = prelu(b, 512)
        self.features = Layers(Layers(*conv_norm(512, 512, 7, 1, 512, 0)), nn.Flatten(), nn.Linear(512, c["embedding"], bias=False),
                               nn.BatchNorm1d(c["embedding"]))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.features(self.conv_sep(x))


class AllInOne(nn.Module):
    KERNELS = [(11, 4, 0), (5, 1, 2)] + [(3, 1, 1)] * 5  # and stride, padding
    POOLED = 1, 2, 7

    def __init__(self, c):
        super().__init__()
        inputs, h, w = 3, c["height"], c["width"]
        for i, (outputs, (kernel, stride, padding)) in enumerate(zip(c["widths"], self.KERNELS), 1):
            self.add_module(f"conv{i}", nn.Conv2d(inputs, outputs, kernel, stride, padding))
            self.add_module(f"prelu{i}", nn.PReLU(outputs))
            inputs, h, w = outputs, *((side + 2 * padding - kernel) // stride + 1 for side in (h, w))
            h, w = ((side - 3) // 2 + 1 for side in (h, w)) if i in self.POOLED else (h, w)
        self.fc6, self.prelu_fc6 = nn.Linear(inputs * h * w, c["hidden"]), nn.PReLU(c["hidden"])
        self.fc7 = nn.Linear(c["hidden"], c["embedding"])  # training drops some of its inputs, evaluation none

    def forward(self, x):
        for i in range(1, 8):
            x = getattr(self, f"prelu{i}")(getattr(self, f"conv{i}")(x))
            x = F.max_pool2d(x, 3, 2) if i in self.POOLED else x
        return self.fc7(self.prelu_fc6(self.fc6(x.flatten(1))))


def resnet(c):
    from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet
    block = {"basic": BasicBlock, "bottleneck": Bottleneck}[c["block"]]
    return ResNet(block, c["blocks"], num_classes=c["embedding"], groups=c["groups"], width_per_group=c["width_per_group"])


NETWORKS = {"iresnet": IResNet, "face-resnet": FaceResNet, "resnet": resnet, "mobile-face-net": MobileFaceNet, "all-in-one": AllInOne}


def load(folder):
    """The network, for evaluation, and the configuration; raises where variables are missing, too many or of another shape."""
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    if config.get("format") != FORMAT:
        raise ValueError(f"the format is {config.get('format')!r}, this program reads {FORMAT!r}")
    kind = config["network"]["kind"]
    if kind not in NETWORKS:
        raise ValueError(f"{kind} is not built here; there are {', '.join(NETWORKS)}")
    net = NETWORKS[kind](config["network"])
    found = net.load_state_dict(load_file(os.path.join(folder, "model.safetensors")), strict=False)
    missing = [name for name in found.missing_keys if not name.endswith("num_batches_tracked")]
    if missing or found.unexpected_keys:
        raise ValueError(f"missing: {missing}, unexpected: {found.unexpected_keys}")
    return net.eval(), config


def prepare(crops, config):
    """Crops (N, height, width, 3), uint8, RGB, to the network's input (N, 3, height, width)."""
    x = torch.as_tensor(crops).permute(0, 3, 1, 2).float()
    x = x.flip(1) if config["input"]["order"] == "bgr" else x
    return (x - config["input"]["mean"]) * config["input"]["scale"]


def difference(folder):
    """The largest difference from the embeddings in check.safetensors, relative to their largest value."""
    net, config = load(folder)
    check = load_file(os.path.join(folder, "check.safetensors"))
    with torch.no_grad():
        got = net(prepare(check["images"], config))
    return ((got - check["embeddings"]).abs().max() / check["embeddings"].abs().max()).item()


if __name__ == "__main__":
    found = difference(sys.argv[1])
    print(f"torch {torch.__version__}: the embeddings differ by {found:.1e} of the largest value")
    sys.exit(0 if found <= TOLERANCE else f"more than {TOLERANCE:.0e}")
