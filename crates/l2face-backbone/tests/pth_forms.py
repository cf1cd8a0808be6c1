"""Writes fixtures/forms.pth: a checkpoint with every form of tensor that suite/pth.rs reads. Usage: python pth_forms.py

Needs no torch: Python's own pickle and zipfile, with stand-ins that pickle under torch's names and the arguments that torch 2 gives them.
(fixtures/tiny.pth is by torch itself, pth.py.) The zip's directory is in 64-bit form, as torch writes it above 4 GiB. Element i of storage k is
k + i / 8, in integers k + i."""
import collections, io, os, pickle, struct, sys, types, zipfile

storages = {}


def stand_in(module, name, kind):
    holder = sys.modules.setdefault(module, types.ModuleType(module))
    thing = types.FunctionType((lambda *a: None).__code__, {}, name) if kind == "function" else type(name, (), {})
    thing.__module__, thing.__qualname__ = module, name
    setattr(holder, name, thing)
    return thing


tensor_v2 = stand_in("torch._utils", "_rebuild_tensor_v2", "function")
parameter = stand_in("torch._utils", "_rebuild_parameter", "function")
from_type = stand_in("torch._tensor", "_rebuild_from_type_v2", "function")
Tensor = stand_in("torch", "Tensor", "class")
FORMATS = {"Float": "f", "Double": "d", "Half": "e", "BFloat16": None, "Long": "q", "Int": "i", "Short": "h", "Byte": "B", "Bool": "?"}
CLASSES = {name: stand_in("torch", name + "Storage", "class") for name in FORMATS}


class Call:
    """Pickles as a call of a function with arguments."""
    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], tuple(self.call[1:])


class Storage:
    def __init__(self, kind, elements):
        self.kind, self.key, self.elements = kind, str(len(storages)), elements
        k = int(self.key)
        values = [k + i if FORMATS[kind] in "qihB" else k + i / 8 for i in range(elements)] if FORMATS[kind] else []
        if kind == "Bool":
            values = [i % 2 == 0 for i in range(elements)]
        data = b"".join(struct.pack("<" + FORMATS[kind], v) for v in values)
        if kind == "BFloat16":
            data = b"".join(struct.pack("<f", k + i / 8)[2:] for i in range(elements))
        storages[self.key] = data


class Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        if isinstance(obj, Storage):
            return "storage", CLASSES[obj.kind], obj.key, "cpu", obj.elements


def view(storage, offset, size, stride):
    return Call(tensor_v2, storage, offset, size, stride, False, collections.OrderedDict())


state = collections.OrderedDict()
state["plain"] = view(Storage("Float", 6), 0, (2, 3), (3, 1))
shared = Storage("Float", 30)
state["slice"] = view(shared, 4, (2, 5), (5, 1))
state["columns"] = view(shared, 2, (4, 3), (1, 4))
state["channels_last"] = view(Storage("Float", 24), 0, (1, 4, 2, 3), (24, 1, 12, 4))
state["scalar"] = view(Storage("Long", 1), 0, (), ())
state["empty"] = view(Storage("Float", 0), 0, (0, 3), (3, 1))
state["parameter"] = Call(parameter, view(Storage("Float", 4), 0, (4,), (1,)), True, collections.OrderedDict())
state["typed"] = Call(from_type, tensor_v2, Tensor, (Storage("Float", 3), 1, (2,), (1,), False, collections.OrderedDict()), {"note": 1})
for kind in FORMATS:
    state[kind.lower()] = view(Storage(kind, 5), 1, (3,), (1,))
state["note"] = "not a tensor"
checkpoint = {"epoch": 7, "pytorch-lightning_version": "1.4.4", "optimizer_states": [{"lr": 0.1, "state": {}}], "state_dict": state}

out = io.BytesIO()
Pickler(out, 2).dump(checkpoint)
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 0, 0
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures/forms.pth")
with zipfile.ZipFile(path, "w") as z:
    fixed = lambda name: zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    z.writestr(fixed("forms/data.pkl"), out.getvalue())
    z.writestr(fixed("forms/byteorder"), b"little")
    for key, data in storages.items():
        z.writestr(fixed("forms/data/" + key), data)
    z.writestr(fixed("forms/version"), b"3\n")
print("python", sys.version.split()[0], os.path.getsize(path), "bytes")
