"""Writes fixtures/legacy.pt, two tensors in the form of torch.save before 1.6, for src/weights/pytorch.rs. Usage: python legacy_pt.py (torch)"""
import collections, os, torch

print("torch", torch.__version__)
state = collections.OrderedDict(a=torch.arange(6.0).reshape(2, 3) + 0.5, b=(-torch.arange(8.0))[4:])
state._metadata = collections.OrderedDict({"": {"version": 1}})  # as state_dict() has it
torch.save(state, os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures/legacy.pt"), _use_new_zipfile_serialization=False)
