"""The reference values of tests/suite/resnet.rs's `pytorchs_values`, from PyTorch. Usage: python resnet.py

A bottleneck network by torchvision's names; weights and images come from a formula of the variable's name, coded again in suite/common.rs.
"""
import torch, torch.nn as nn, torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def formula(seed, *shape):
    n = 1
    for s in shape:
        n *= s
    return (((torch.arange(n) * 37 + seed * 11) % 101) / 50 - 1).reshape(shape)


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, outputs, stride, groups):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(y)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    def __init__(self, blocks, groups, width, embedding):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        inputs = 64
        for i, count in enumerate(blocks):
            stage = []
            for k in range(count):
                stride = 2 if i and not k else 1
                stage.append(Bottleneck(inputs, groups * width << i, 256 << i, stride, groups))
                inputs = 256 << i
            setattr(self, f"layer{i + 1}", nn.Sequential(*stage))
        self.fc = nn.Linear(2048, embedding)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for i in range(4):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.fc(x.mean((2, 3)))


def start(name, p):
    f = formula(sum(name.encode()), *p.shape)
    if p.dim() > 1:
        return f / p[0].numel() ** 0.5
    return f * 0.2 + 1 if name.endswith("weight") else f * 0.1


net = ResNet([1, 2, 1, 1], 4, 2, 8)
with torch.no_grad():
    for name, p in net.named_parameters():
        p.copy_(start(name, p))
# Growing, so that no two pixels are equal and no maximum is a tie.
x = formula(1, 6, 3, 64, 64) * (1 + torch.arange(73728) / 73728).reshape(6, 3, 64, 64)
y = net(x)
loss = (y * formula(3, *y.shape)).sum()
loss.backward()
p = dict(net.named_parameters())
print("first", y.flatten()[:4].tolist())
print("loss", loss.item(), "squares", (y * y).sum().item())
print("gradient squares", sum((v.grad**2).sum().item() for v in p.values()))
for name in ["conv1.weight", "layer1.0.conv2.weight", "layer2.1.bn3.weight", "layer3.0.downsample.0.weight", "fc.weight"]:
    print(name, (p[name].grad ** 2).sum().item())
net.eval()
print("evaluation", (net(x) ** 2).sum().item())
