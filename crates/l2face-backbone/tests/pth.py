"""Writes fixtures/tiny.pth, the weights of suite/weights.rs's small network by generator.py. Usage: python pth.py (torch)"""
import os, torch
from generator import start

SHAPES = {"conv1.weight": [4, 3, 3, 3], "bn1.weight": [4], "bn1.bias": [4], "bn1.running_mean": [4], "bn1.running_var": [4], "prelu1.weight": [4],
          "fc.weight": [5, 256], "feature_norm.weight": [5], "feature_norm.bias": [5], "feature_norm.running_mean": [5], "feature_norm.running_var": [5]}
state = {}
for name, shape in SHAPES.items():
    fixed = {"running_mean": torch.zeros(shape), "running_var": torch.ones(shape)}.get(name.split(".")[-1])
    state[name] = fixed if fixed is not None else start(name, shape).float()
state["bn1.num_batches_tracked"] = torch.tensor(3)
torch.save(state, os.path.join(os.path.dirname(__file__), "fixtures/tiny.pth"))
