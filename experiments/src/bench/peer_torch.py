"""PyTorch's side of `cargo xtask bench`. Usage: python peer_torch.py ROW THREADS SECONDS, ends with one line of JSON.

The same work as in work.rs, as a user of PyTorch would write it.
"""
import json, resource, sys, time

import torch
import torch.nn as nn
import torch.nn.functional as F

ROW, THREADS, SECONDS = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
CLASSES = 1000
torch.set_num_threads(THREADS)
torch.manual_seed(1)


def conv_prelu(inputs, outputs, padding, norm):
    layers = [nn.Conv2d(inputs, outputs, 3, padding=padding, bias=not norm)]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(outputs)] if norm else []), nn.PReLU(outputs))


class Unit(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        self.inner = nn.Sequential(conv_prelu(width, width, 1, norm), conv_prelu(width, width, 1, norm))

    def forward(self, x):
        return x + self.inner(x)


def face_resnet(stages, padding, norm, flat, embedding):
    layers, width = [], 3
    for convs, units in stages:
        for outputs in convs:
            layers.append(conv_prelu(width, outputs, padding, norm))
            width = outputs
        layers.append(nn.MaxPool2d(2))
        layers += [Unit(width, norm) for _ in range(units)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, embedding))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, outputs, stride, groups=1):
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.inner(x) + self.shortcut(x), inplace=True)


def resnet50(embedding):
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for i, count in enumerate([3, 4, 6, 3]):
        for k in range(count):
            layers.append(Bottleneck(inputs, 64 << i, 256 << i, 2 if i and not k else 1))
            inputs = 256 << i
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, embedding))


def training(net, batch, height, width, features):
    model = nn.Sequential(net, nn.Linear(features, CLASSES))
    sgd = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4)
    x, t = torch.randn(batch, 3, height, width), torch.tensor([i * 7919 % CLASSES for i in range(batch)])

    def step():
        loss = F.cross_entropy(model(x), t)
        sgd.zero_grad(set_to_none=True)
        loss.backward()
        sgd.step()
        loss.item()

    return step


def inference(net, batch, height, width):
    x = torch.randn(batch, 3, height, width)
    net.eval()

    def step():
        with torch.inference_mode():
            net(x)

    return step


def block():
    net, x = Bottleneck(256, 128, 256, 1, 32), torch.randn(16, 256, 28, 28, requires_grad=True)

    def step():
        x.grad = None
        net.zero_grad(set_to_none=True)
        net(x).sum().backward()

    return step


def head(batch, classes):
    x = torch.randn(batch, 512, requires_grad=True)
    w = ((torch.rand(classes, 512) * 2 - 1) * (3 / 512) ** 0.5).requires_grad_()
    b = torch.zeros(classes, requires_grad=True)
    t = torch.tensor([i * 7919 % classes for i in range(batch)])

    def step():
        x.grad = w.grad = b.grad = None
        F.cross_entropy(F.linear(16 * F.normalize(x), w, b), t).backward()

    return step


PAPER = [([32, 64], 1), ([128], 2), ([256], 5), ([512], 3)]
SMALL = [([32, 64], 1), ([128], 1), ([256], 0), ([], 0)]
ROWS = {
    "face-resnet-train": lambda: training(face_resnet(PAPER, 0, False, 512 * 5 * 4, 512), 16, 112, 96, 512),
    "face-resnet-infer": lambda: inference(face_resnet(PAPER, 0, False, 512 * 5 * 4, 512), 16, 112, 96),
    "small-train": lambda: training(face_resnet(SMALL, 1, True, 256 * 16, 128), 32, 64, 64, 128),
    "resnet50-train": lambda: training(resnet50(512), 16, 112, 112, 512),
    "resnext-block": block,
    "head-58k": lambda: head(256, 58_207),
    "head-58k-blockwise": lambda: head(256, 58_207),
    "head-1m-blockwise": lambda: head(32, 1_000_000),
}


def resident():
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        return None


step = ROWS[ROW]()
base = resident()
for _ in range(2):
    step()
wall, cpu, steps = time.perf_counter(), time.process_time(), 0
while steps < 3 or time.perf_counter() - wall < SECONDS:
    step()
    steps += 1
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({
    "wall_s": (time.perf_counter() - wall) / steps,
    "cpu_s": (time.process_time() - cpu) / steps,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6,
    "base_mb": base,
}))
