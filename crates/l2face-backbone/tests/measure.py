"""What a network computes with weights from generator.py: outputs and gradients, in training and in evaluation."""
import numpy as np, torch
from generator import numbers, start


def prepare(net, dtype, first):
    net.to(dtype)
    with torch.no_grad():
        for name, b in net.named_buffers():
            if "running" in name:
                b.fill_(float(name.endswith("var")))
        for name, p in net.named_parameters():
            p.copy_(first(name, p.shape))


def passes(net, x):
    """Outputs and gradients by name, in f64."""
    net.zero_grad()
    y = net(x)
    (y * numbers("gradient", y.numel()).reshape(y.shape).to(x.dtype)).sum().backward()
    return y.detach().double(), {name: p.grad.double().clone() for name, p in net.named_parameters()}


def run(net, shape, dtype, first=start, image="image"):
    """In training, then in evaluation with the running averages that the training pass left."""
    prepare(net, dtype, first)
    x = numbers(image, int(np.prod(shape))).reshape(shape).to(dtype)
    return passes(net.train(), x), passes(net.eval(), x)


def all_of(gradients):
    return torch.cat([g.flatten() for g in gradients.values()])


def distance(a, b):
    return ((a - b).norm() / b.norm()).item()
