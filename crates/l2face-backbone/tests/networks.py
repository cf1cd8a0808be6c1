"""Writes fixtures/networks.json, the reference values of suite/networks.rs. Usage: python networks.py (torch, torchvision, numpy); with
--count it prints the number of parameters of the published sizes, which are in suite/backbone.rs.

For every network: outputs in training and evaluation, and for every parameter the norm of its gradient and its product with a
pattern, all in f64; and how far torch's own f32 is from its f64. Weights and images come from a generator of the variable's name, in
generator.py. IResNet, MobileFaceNet and All-In-One are written here from their descriptions, by InsightFace's variable names.
"""
import json, sys, numpy as np, torch, torch.nn as nn, torch.nn.functional as F, torchvision
from generator import numbers, start
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet


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


NETWORKS = {
    "resnet basic": (ResNet(BasicBlock, [1, 2, 1, 1], 8), (6, 3, 64, 64)),
    "resnet bottleneck": (ResNet(Bottleneck, [1, 2, 1, 1], 8), (6, 3, 64, 64)),
    "resnext": (ResNet(Bottleneck, [1, 2, 1, 1], 8, groups=32, width_per_group=4), (6, 3, 64, 64)),
    "iresnet": (IResNet([1, 2, 1, 1], 40, 8), (6, 3, 40, 40)),
    "mobilefacenet": (MobileFaceNet([1, 2, 1, 1], 1, 8), (6, 3, 112, 112)),
    "mobilefacenet large": (MobileFaceNet([2, 1, 1, 1], 1, 8), (6, 3, 112, 112)),
    "all-in-one": (AllInOne([16, 18, 20, 20, 16, 24, 24], 3, 16, 8), (6, 3, 131, 131)),
}


def count():
    resnets = {"resnet18": (BasicBlock, [2, 2, 2, 2]), "resnet34": (BasicBlock, [3, 4, 6, 3]), "resnet50": (Bottleneck, [3, 4, 6, 3]),
               "resnet101": (Bottleneck, [3, 4, 23, 3])}
    nets = {name: ResNet(block, layers, 512) for name, (block, layers) in resnets.items()}
    nets["resnext101"] = ResNet(Bottleneck, [3, 4, 23, 3], 512, groups=32, width_per_group=4)
    for size, blocks in {18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 14, 3], 100: [3, 13, 30, 3]}.items():
        nets[f"iresnet{size}"] = IResNet(blocks, 112, 512)
    nets["mbf"], nets["mbf-large"] = MobileFaceNet([1, 4, 6, 2], 2, 512), MobileFaceNet([2, 8, 12, 4], 4, 512)
    nets["all-in-one"] = AllInOne([96, 256, 384, 384, 256, 512, 512], 6, 1024, 512)
    for name, net in nets.items():
        print(name, sum(p.numel() for p in net.parameters()))


if "--count" in sys.argv:
    sys.exit(count())


def run(net, shape, dtype):
    net.to(dtype)
    with torch.no_grad():
        for name, b in net.named_buffers():
            if "running" in name:
                b.fill_(float(name.endswith("var")))
        for name, p in net.named_parameters():
            p.copy_(start(name, p.shape))
            p.grad = None
    x = numbers("image", int(np.prod(shape))).reshape(shape).to(dtype)
    y = net.train()(x)
    (y * numbers("gradient", y.numel()).reshape(y.shape).to(dtype)).sum().backward()
    with torch.no_grad():
        evaluation = net.eval()(x)
    gradients = {name: p.grad.double().clone() for name, p in net.named_parameters()}
    return y.detach().double(), evaluation.double(), gradients


def all_of(gradients):
    return torch.cat([g.flatten() for g in gradients.values()])


def distance(a, b):
    return ((a - b).norm() / b.norm()).item()


result = {"torch": torch.__version__, "torchvision": torchvision.__version__, "networks": {}}
for name, (net, shape) in NETWORKS.items():
    y, evaluation, gradients = run(net, shape, torch.float64)
    low = run(net, shape, torch.float32)
    result["networks"][name] = {
        "image": shape,
        "training": y.flatten().tolist(),
        "evaluation": evaluation.flatten().tolist(),
        "gradients": {n: [g.norm().item(), (g.flatten() * numbers(n, g.numel())).sum().item()] for n, g in gradients.items()},
        "f32": [distance(low[0], y), distance(low[1], evaluation), distance(all_of(low[2]), all_of(gradients))],
    }
    print(name, sum(p.numel() for p in net.parameters()), result["networks"][name]["f32"], evaluation.flatten()[:3].tolist())
for name in result["networks"]:
    file = name.replace(" ", "_").replace("-", "_") + ".json"
    one = {"torch": result["torch"], "torchvision": result["torchvision"], **result["networks"][name]}
    with open(__file__.replace("networks.py", "fixtures/" + file), "w") as f:
        f.write(json.dumps(one).replace('], "', '],\n"') + "\n")
