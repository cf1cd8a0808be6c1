"""The table of operators.py: every operator that the reader knows, in every form that it takes or refuses.

`read(NAME, NODES)` must give onnxruntime's numbers, `refused(NAME, WORDS, NODES)` one error that names the last node and says WORDS. A node
is (operator, "inputs", attributes, further outputs); an input is the image x, a weight by its name, _ for the node before, y0, y1, ... for
one before that, - for none. A weight is its shape, drawn anew, or its numbers.
"""
import numpy as np
from onnx import TensorProto, helper

CASES = {}
LIFT = ("Conv", "x lift")  # three channels to four
FLAT = ("Flatten", "x")  # (n, 144)


def read(name, nodes, weights={}, **more):
    assert name not in CASES, name
    usual = dict(image=(3, 6, 8), opset=17, batch="n", nhwc=False, old=False, runs=True, refused="", images=lambda x: x)
    weights = {**({"lift": (4, 3, 1, 1)} if LIFT in nodes else {}), **weights}
    CASES[name] = {**usual, "nodes": nodes, "weights": weights, **more}


def refused(name, words, nodes, weights={}, **more):
    read("refused " + name, nodes, weights, refused=words, **more)


def ints(*values):
    return np.array(values, np.int64)


def number(value):
    return np.array(value, np.float32)


# Convolutions.
W, B = {"w": (5, 3, 3, 3)}, {"w": (5, 3, 3, 3), "b": (5,)}
read("conv", [("Conv", "x w b")], B)
for settings in [
    dict(strides=[2, 2], pads=[1, 1, 1, 1]),
    dict(pads=[1, 0, 2, 1]),
    dict(strides=[2, 2], pads=[0, 1, 1, 2], kernel_shape=[3, 3], dilations=[1, 1], group=1),
    dict(auto_pad="NOTSET", pads=[2, 2, 2, 2]),
    dict(auto_pad="VALID", strides=[3, 3]),
    dict(auto_pad="SAME_UPPER"),
    dict(auto_pad="SAME_LOWER"),
    dict(auto_pad="SAME_UPPER", strides=[2, 2]),
    dict(auto_pad="SAME_LOWER", strides=[2, 2]),
    dict(auto_pad="SAME_UPPER", strides=[3, 3]),
]:
    read(f"conv {settings}".replace("'", ""), [("Conv", "x w b", settings)], B)
for auto in ["SAME_UPPER", "SAME_LOWER"]:
    read(f"conv 2x2 {auto}", [("Conv", "x w", dict(auto_pad=auto))], {"w": (5, 3, 2, 2)})
    read(f"conv 2x2 {auto} odd", [("Conv", "x w", dict(auto_pad=auto, strides=[2, 2]))], {"w": (5, 3, 2, 2)}, image=(3, 7, 9))
read("conv 1x3", [("Conv", "x w", dict(pads=[0, 1, 0, 1]))], {"w": (5, 3, 1, 3)})
read("conv 3x1 auto", [("Conv", "x w", dict(auto_pad="SAME_UPPER", strides=[2, 2]))], {"w": (5, 3, 3, 1)})
read("conv 5x5", [("Conv", "x w", dict(pads=[2] * 4, strides=[2, 2]))], {"w": (5, 3, 5, 5)})
read("conv 1x1 step 2", [("Conv", "x w", dict(strides=[2, 2]))], {"w": (5, 3, 1, 1)})
read("conv by winograd", [("Conv", "x a", dict(pads=[1] * 4)), ("Conv", "_ w b", dict(pads=[1] * 4))],
     {"a": (16, 3, 3, 3), "w": (32, 16, 3, 3), "b": (32,)}, image=(3, 21, 23))
read("conv by channels", [("Conv", "x w b", dict(group=3, pads=[1] * 4))], {"w": (3, 1, 3, 3), "b": (3,)})
read("conv by channels, two each", [("Conv", "x w", dict(group=3, strides=[2, 2]))], {"w": (6, 1, 3, 3)})
read("conv in groups", [LIFT, ("Conv", "_ w b", dict(group=2, pads=[1, 1, 0, 0]))], {"w": (6, 2, 3, 3), "b": (6,)})
read("conv of a grey image", [("Conv", "x w", {})], {"w": (2, 1, 3, 3)}, image=(1, 5, 5))
refused("conv dilations", "dilations", [("Conv", "x w", dict(dilations=[2, 2]))], W)
refused("conv strides", "strides", [("Conv", "x w", dict(strides=[1, 2]))], W)
refused("conv by an image", "depends on the image", [("GlobalAveragePool", "x"), ("Conv", "x _")], batch=1)

# Normalisation.
NORM = {name: (3,) for name in ["scale", "shift", "mean", "var"]}
BN = ("BatchNormalization", "_ scale shift mean var")
NORM4 = {name: (4,) for name in NORM}
read("norm", [("BatchNormalization", "x scale shift mean var", dict(epsilon=0.1, momentum=0.8))], NORM)
read("norm opset 7", [("BatchNormalization", "x scale shift mean var", dict(momentum=0.8))], NORM, opset=7)
read("norm opset 8 spatial", [("BatchNormalization", "x scale shift mean var", dict(spatial=1))], NORM, opset=8)
read("norm of a row", [FLAT, BN], {name: (144,) for name in NORM})
read("norm after conv", [LIFT, BN], NORM4)
read("norm after conv, prelu", [("Conv", "x w b"), BN, ("PRelu", "_ s")], {**{n: (5,) for n in NORM}, **B, "s": (5, 1, 1)})
read("norm after conv in groups, relu", [("Conv", "x w", dict(group=3)), BN, ("Relu", "_")], {**NORM, "w": (3, 1, 2, 2)})
read("norm, relu", [("BatchNormalization", "x scale shift mean var"), ("Relu", "_")], NORM)
read("norm beside conv", [LIFT, BN, ("Add", "_ y0")], NORM4)
refused("norm in training", "training mode", [("BatchNormalization", "x scale shift mean var", dict(training_mode=1))], NORM, runs=False)
refused("norm with old statistics", "training mode", [("BatchNormalization", "x scale shift mean var", {}, ["m", "v", "sm", "sv"])], NORM,
        opset=9, runs=False)
refused("norm by pixel", "takes (C) or (C, H, W)", [("BatchNormalization", "x scale shift mean var", dict(spatial=0))],
        {name: (3, 6, 8) for name in NORM}, opset=7, runs=False)

# Matrices.
for name, shape in {"row": (5,), "1 row": (1, 5), "scalar": (), "one": (1,), "one by one": (1, 1)}.items():
    read(f"gemm c {name}", [FLAT, ("Gemm", "_ w c", dict(transB=1))], {"w": (5, 144), "c": shape})
    read(f"gemm scaled c {name}", [FLAT, ("Gemm", "_ w c", dict(alpha=0.5, beta=-2.0))], {"w": (144, 5), "c": shape})
read("gemm of two", [FLAT, ("Gemm", "_ w", dict(alpha=0.5, transB=1))], {"w": (5, 144)})
refused("gemm c by image", "not the same for every image", [FLAT, ("Gemm", "_ w c", dict(transB=1))], {"w": (2, 144), "c": (2, 1)})
refused("gemm c whole", "not the same for every image", [FLAT, ("Gemm", "_ w c", dict(transB=1))], {"w": (5, 144), "c": (2, 5)})
refused("gemm transA", "transA", [FLAT, ("Gemm", "_ w", dict(transA=1))], {"w": (2, 5)}, runs=False)
refused("gemm of values", "depends on the image", [FLAT, ("Gemm", "_ _", dict(transB=1))])
read("matmul", [FLAT, ("MatMul", "_ w")], {"w": (144, 5)})
read("matmul, add", [FLAT, ("MatMul", "_ w"), ("Add", "b _")], {"w": (144, 5), "b": (5,)})
read("one matrix, twice", [FLAT, ("Gemm", "_ w", dict(transB=1)), ("Gemm", "_ w", dict(transB=1)), ("MatMul", "_ w")], {"w": (144, 144)})
refused("matmul of maps", "takes (D)", [("MatMul", "x w")], {"w": (8, 5)})
refused("matmul from the left", "a value was expected", [("MatMul", "w x")], {"w": (6, 6)})
read("norm l2", [FLAT, ("LpNormalization", "_", dict(axis=1, p=2))])
read("norm l2 usual", [FLAT, ("LpNormalization", "_")], opset=7)
read("norm l2 of nothing", [FLAT, ("LpNormalization", "_", dict(axis=-1))], images=lambda x: x * number([[[[0]]], [[[1]]]]))
refused("norm l1", "p = 2", [FLAT, ("LpNormalization", "_", dict(p=1))])
refused("norm l2 of channels", "(batch, D)", [("LpNormalization", "x", dict(axis=1))])
read("reduce l2", [FLAT, ("ReduceL2", "_", dict(axes=[1])), ("Div", "y0 _")])
read("reduce l2 alone", [FLAT, ("ReduceL2", "_", dict(axes=[-1], keepdims=1))], opset=11)
read("reduce l2 opset 18", [FLAT, ("ReduceL2", "_ a"), ("Clip", "_ e"), ("Div", "y0 _")], {"a": ints(-1), "e": number(1e-12)}, opset=18)
refused("reduce l2 keepdims", "keepdims", [FLAT, ("ReduceL2", "_", dict(axes=[1], keepdims=0))])
refused("reduce l2 of all", "(batch, D)", [FLAT, ("ReduceL2", "_")], batch=1)
refused("reduce l2 of channels", "(batch, D)", [("ReduceL2", "x", dict(axes=[1]))])

# Functions of each value.
for name, shape in {"map": (4, 1, 1), "whole": (1, 4, 1, 1), "one": (1,), "ones": (1, 1, 1)}.items():
    read(f"prelu {name}", [LIFT, ("PRelu", "_ s")], {"s": shape})
read("prelu after itself", [LIFT, ("PRelu", "_ s"), ("PRelu", "_ s")], {"s": (4, 1, 1)})
read("prelu of a row", [FLAT, ("PRelu", "_ s")], {"s": (144,)})
read("prelu of a row, whole", [FLAT, ("PRelu", "_ s")], {"s": (1, 144)})
read("prelu of a grey image", [("PRelu", "x s")], {"s": (1, 1, 1)}, image=(1, 5, 5))
read("prelu opset 7", [LIFT, ("PRelu", "_ s")], {"s": (4, 1, 1)}, opset=7)
for name, shape in {"columns": (8,), "rows": (6, 1), "pixels": (6, 8)}.items():
    refused(f"prelu {name}", "one for each channel", [LIFT, ("PRelu", "_ s")], {"s": shape})
read("leaky relu", [("LeakyRelu", "x")])
read("leaky relu alpha", [LIFT, ("LeakyRelu", "_", dict(alpha=0.3)), ("LeakyRelu", "_", dict(alpha=-0.2))])
read("leaky relu of a row", [FLAT, ("LeakyRelu", "_", dict(alpha=0.3))])
for op in ["Relu", "Sigmoid", "Tanh"]:
    read(op.lower(), [(op, "x")])
    read(f"{op.lower()} of a row", [FLAT, (op, "_")], opset=7)
read("sqrt", [("Sqrt", "x")], images=np.abs)
read("hard sigmoid", [("HardSigmoid", "x")])
read("hard sigmoid settings", [("HardSigmoid", "x", dict(alpha=0.7, beta=0.1))])
read("hard swish", [("HardSwish", "x")], images=lambda x: 3 * x)
for name, settings in {"none": {}, "min": dict(min=-0.5), "max": dict(max=0.5), "both": dict(min=-0.25, max=0.5)}.items():
    read(f"clip attributes {name}", [("Clip", "x", settings)], opset=10)
for inputs in ["x", "x lo", "x - hi", "x lo hi"]:
    used = {name: number(value) for name, value in [("lo", -0.25), ("hi", 0.5)] if name in inputs}
    read(f"clip {inputs}", [("Clip", inputs)], used, opset=13)
    read(f"clip opset 11 {inputs}", [("Clip", inputs)], used, opset=11)

# Pooling and means.
for op in ["MaxPool", "AveragePool"]:
    for settings in [dict(), dict(strides=[2, 2]), dict(strides=[2, 2], ceil_mode=1), dict(auto_pad="VALID", strides=[2, 2]),
                     dict(auto_pad="SAME_UPPER", strides=[2, 2])]:
        read(f"{op} {settings}".replace("'", ""), [(op, "x", dict(kernel_shape=[2, 2], **settings))])
    read(f"{op} 3x3 step 3", [(op, "x", dict(kernel_shape=[3, 3], strides=[3, 3]))], opset=7)
    read(f"{op} of all", [(op, "x", dict(kernel_shape=[6, 6]))], image=(3, 6, 6))
    refused(f"{op} over the edge", "ceil_mode", [(op, "x", dict(kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1))])
    refused(f"{op} oblong", "kernel_shape", [(op, "x", dict(kernel_shape=[2, 3]))])
    refused(f"{op} strides", "strides", [(op, "x", dict(kernel_shape=[2, 2], strides=[1, 2]))])
    refused(f"{op} dilations", "dilations", [(op, "x", dict(kernel_shape=[2, 2], dilations=[2, 2]))], opset=19)
read("max pool padded", [("MaxPool", "x", dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4))])
read("max pool same", [("MaxPool", "x", dict(kernel_shape=[3, 3], auto_pad="SAME_LOWER"))])
refused("max pool lopsided", "pads", [("MaxPool", "x", dict(kernel_shape=[2, 2], pads=[0, 0, 1, 1]))])
refused("max pool same lopsided", "pads", [("MaxPool", "x", dict(kernel_shape=[2, 2], auto_pad="SAME_UPPER"))])
for pads in [[1] * 4, [0, 1, 1, 0]]:
    settings = dict(kernel_shape=[3, 3], pads=pads)
    read(f"mean pool padded {pads}", [("AveragePool", "x", dict(count_include_pad=1, **settings))])
    refused(f"mean pool padded {pads}", "leaves its padding out", [("AveragePool", "x", settings)])
refused("mean pool same", "leaves its padding out", [("AveragePool", "x", dict(kernel_shape=[3, 3], auto_pad="SAME_UPPER"))])
read("global mean", [("GlobalAveragePool", "x")])
refused("global mean of a row", "takes (C, H, W)", [FLAT, ("GlobalAveragePool", "_")], runs=False)
for axes, keepdims in [([2, 3], 1), ([2, 3], 0), ([-1, -2], 1), ([-2, 3], 0)]:
    read(f"reduce mean {axes} {keepdims}", [("ReduceMean", "x", dict(axes=axes, keepdims=keepdims))])
    read(f"reduce mean input {axes} {keepdims}", [("ReduceMean", "x a", dict(keepdims=keepdims))], {"a": ints(*axes)}, opset=18)
for axes in [[1], [3], [1, 2, 3]]:
    refused(f"reduce mean {axes}", "over height and width", [("ReduceMean", "x", dict(axes=axes))])
refused("reduce mean of all", "over height and width", [("ReduceMean", "x")], batch=1)
refused("reduce mean of a row", "over height and width", [FLAT, ("ReduceMean", "_", dict(axes=[1]))])

# Two values.
SHAPES = {"channels": (3, 1, 1), "channels, whole": (1, 3, 1, 1), "columns": (8,), "pixels": (6, 8), "all": (1, 3, 6, 8), "scalar": (),
          "one": (1,), "ones": (1, 1, 1, 1)}
for op in ["Add", "Sub", "Mul", "Div"]:
    for name, shape in SHAPES.items():
        read(f"{op} constant {name}", [(op, "x w")], {"w": shape})
        read(f"{op} from constant {name}", [(op, "w x")], {"w": shape}, images=lambda x: np.abs(x) + number(0.5), opset=7)
    read(f"{op} of a row", [FLAT, (op, "_ w"), (op, "_ v"), (op, "_ s")], {"w": (144,), "v": (1, 144), "s": ()})
    read(f"{op} larger constant", [("GlobalAveragePool", "x"), (op, "_ w")], {"w": (1, 1, 4, 4)})
    # Of a large negative number onnxruntime's sigmoid is a few 1e-5 of itself off, which Div would show.
    read(f"{op} values", [LIFT, ("Sigmoid", "_"), (op, "y0 y1")], images=lambda x: x / 4)
    read(f"{op} itself", [(op, "x x")])
    read(f"{op} gate", [("GlobalAveragePool", "x"), ("Sigmoid", "_"), (op, "x _")])
    read(f"{op} gate first", [("Sigmoid", "x"), ("GlobalAveragePool", "_"), (op, "_ y0")])
    read(f"{op} constants", [(op, "a b"), ("Add", "x _")], {"a": (3, 1, 1), "b": (1, 8)})
    refused(f"{op} by image", "not the same for every image", [(op, "x w")], {"w": (2, 3, 6, 8)})
    refused(f"{op} ranks", "against the batch", [FLAT, (op, "x _")], image=(1, 1, 4), batch=1)
read("add, relu", [LIFT, ("Relu", "_"), ("Add", "y0 y1"), ("Relu", "_")])
read("add constant, relu", [("Add", "x w"), ("Relu", "_")], {"w": (3, 1, 1)})
read("sum of one", [("Sum", "x")])
read("sum of three", [LIFT, ("Relu", "_"), ("Sigmoid", "_"), ("Sum", "y0 y1 y2")])
read("sum of a gate", [("GlobalAveragePool", "x"), ("Sum", "x _")], opset=8)
read("sum with constants", [("Sum", "w x v")], {"w": (3, 1, 1), "v": (8,)})
read("sum of constants and a value", [("Sum", "w v x")], {"w": (3, 1, 1), "v": (8,)})
refused("sum of ranks", "against the batch", [FLAT, ("Sum", "x _")], image=(1, 1, 4), batch=1)

# Shapes.
for target in [[0, -1], [-1, 144], [0, 3, -1], [0, 0, 48], [0, 0, 0, 0], [0, 9, 4, 4]]:
    read(f"reshape {target}", [("Reshape", "x t")], {"t": ints(*target)})
read("reshape one", [("Reshape", "x t", dict(allowzero=1))], {"t": ints(1, 144)}, batch=1)
read("reshape constant", [("Reshape", "w t"), ("Conv", "x _")], {"w": (5, 27), "t": ints(0, 3, 3, -1)})
refused("reshape across", "mix images", [("Reshape", "x t")], {"t": ints(6, -1)})
refused("reshape by the image", "depends on the image", [("Cast", "x", dict(to=1)), ("Reshape", "x _")], runs=False, image=(1, 1, 2))
for axis in [1, -3]:
    read(f"flatten {axis}", [("Flatten", "x", dict(axis=axis))], opset=11)
for axis in [0, 2, -1]:
    refused(f"flatten {axis}", "keeps images apart", [("Flatten", "x", dict(axis=axis))], opset=11)
read("transpose", [("Transpose", "x", dict(perm=[0, 2, 3, 1])), ("Transpose", "_", dict(perm=[0, 1, 3, 2]))])
read("transpose back", [("Transpose", "x", dict(perm=[0, 2, 3, 1])), ("Relu", "_"), ("Transpose", "_", dict(perm=[0, 3, 1, 2])), ("Conv", "_ w")], W)
read("transpose constant", [FLAT, ("Transpose", "w"), ("MatMul", "y0 _")], {"w": (5, 144)})
read("transpose sizes", [("Transpose", "t"), ("Reshape", "_ r"), ("Reshape", "x _")], {"t": ints(0, 12, 3, 4).reshape(2, 2), "r": ints(4)})
read("transpose large sizes", [("Transpose", "t"), ("Reshape", "_ r"), ("Slice", "_ a b"), ("Reshape", "x _")],
     {"t": ints(0, (1 << 53) + 1, -1, 5).reshape(2, 2), "r": ints(4), "a": ints(0), "b": ints(2)})
refused("transpose all", "the axis of the images", [("Transpose", "x")], runs=False)
refused("transpose the batch", "the axis of the images", [("Transpose", "x", dict(perm=[1, 0, 2, 3]))], batch=1, runs=False)
read("nhwc", [("Transpose", "x", dict(perm=[0, 3, 1, 2])), ("Conv", "_ w")], W, nhwc=True)
read("squeeze", [("GlobalAveragePool", "x"), ("Squeeze", "_ a")], {"a": ints(2, 3)}, opset=13)
read("squeeze negative", [("GlobalAveragePool", "x"), ("Squeeze", "_ a")], {"a": ints(-1, 2)})
read("squeeze attribute", [("GlobalAveragePool", "x"), ("Squeeze", "_", dict(axes=[2, 3]))], opset=11)
refused("squeeze all", "mix images", [("GlobalAveragePool", "x"), ("Squeeze", "_")], batch=1, runs=False)
refused("squeeze the batch", "mix images", [("Squeeze", "x a")], {"a": ints(0)}, batch=1, runs=False)
refused("squeeze what is larger", "not all 1", [("Squeeze", "x a")], {"a": ints(1)}, runs=False)
read("unsqueeze", [FLAT, ("Unsqueeze", "_ a"), ("GlobalAveragePool", "_")], {"a": ints(2, 3)})
read("unsqueeze negative", [FLAT, ("Unsqueeze", "_ a"), ("Conv", "_ w")], {"a": ints(-1, -2), "w": (5, 144, 1, 1)})
read("unsqueeze attribute", [FLAT, ("Unsqueeze", "_", dict(axes=[1, 3]))], opset=11)
refused("unsqueeze twice", "stand twice", [("Unsqueeze", "x a")], {"a": ints(1, 1)}, runs=False)
refused("unsqueeze the batch", "mix images", [("Unsqueeze", "x a"), ("Relu", "_"), ("Reshape", "_ t")], {"a": ints(2), "t": ints(2, -1)})
read("concat", [LIFT, ("Relu", "x"), ("Concat", "y0 _ y0", dict(axis=1))])
read("concat rows", [("Relu", "x"), ("Concat", "x _", dict(axis=-2))], opset=7)
read("concat of one", [("Concat", "x", dict(axis=3))])
refused("concat images", "join images", [("Concat", "x x", dict(axis=0))], runs=False)
refused("concat a constant", "a value was expected", [("Concat", "x w", dict(axis=1))], {"w": (1, 1, 6, 8)}, batch=1)
read("expand", [("GlobalAveragePool", "x"), ("Expand", "_ t"), ("Mul", "x _")], {"t": ints(1, 3, 6, 8)})
read("expand of nothing", [("Expand", "x t")], {"t": ints(1, 1, 6, 1)})
read("expand a row", [FLAT, ("ReduceL2", "_", dict(axes=[1])), ("Expand", "_ t"), ("Div", "y0 _")], {"t": ints(1, 144)})
refused("expand images", "axis of the images", [("Expand", "x t")], {"t": ints(2, 3, 6, 8)})
refused("expand ranks", "number of axes", [("Expand", "x t")], {"t": ints(6, 8)})
read("pad", [("Pad", "x p")], {"p": ints(0, 0, 1, 0, 0, 0, 2, 3)})
read("pad by zero", [("Pad", "x p z", dict(mode="constant"))], {"p": ints(0, 0, 1, 1, 0, 0, 1, 1), "z": number(0)})
read("pad attribute", [("Pad", "x", dict(pads=[0, 0, 1, 0, 0, 0, 2, 3]))], opset=10)
PAD = {"p": ints(0, 0, 1, 1, 0, 0, 1, 1)}
refused("pad by one", "with zeros", [("Pad", "x p z")], {**PAD, "z": number(1)})
refused("pad attribute by one", "with zeros", [("Pad", "x", dict(pads=[0, 0, 1, 1, 0, 0, 1, 1], value=1.0))], opset=10)
refused("pad mirrored", "with zeros", [("Pad", "x p", dict(mode="reflect"))], PAD)
refused("pad channels", "only height and width", [("Pad", "x p")], {"p": ints(0, 1, 0, 0, 0, 0, 0, 0)})
refused("pad less", "a size of -1", [("Pad", "x p")], {"p": ints(0, 0, -1, 0, 0, 0, 0, 0)})
refused("pad axes", "with zeros", [("Pad", "x p - a")], {**PAD, "a": ints(0, 1, 2, 3)}, opset=18)

# Sizes that exporters compute.
START, END, ONE = {"a": ints(0)}, {"b": ints(1)}, ints(-1)
read("size by gather", [("Shape", "x"), ("Gather", "_ i", dict(axis=0)), ("Unsqueeze", "_ a"), ("Concat", "_ m", dict(axis=0)), ("Reshape", "x _")],
     {**START, "i": np.array(0, np.int64), "m": ONE})
read("sizes by gather", [("Shape", "x"), ("Gather", "_ i"), ("Concat", "z m _", dict(axis=0)), ("Reshape", "x _")],
     {"i": ints(-2, 3), "z": ints(0), "m": ONE})
read("size by slice", [("Shape", "x"), ("Slice", "_ a b a s"), ("Concat", "_ m", dict(axis=0)), ("Reshape", "x _")],
     {**START, **END, "m": ONE, "s": ints(1)})
read("sizes by slice to the end", [("Shape", "x"), ("Slice", "_ a b"), ("Concat", "z m _", dict(axis=0)), ("Reshape", "x _")],
     {"a": ints(-2), "b": ints(2**63 - 1), "z": ints(0), "m": ONE})
read("size by slice attribute", [("Shape", "x"), ("Slice", "_", dict(axes=[0], starts=[0], ends=[-3])), ("Concat", "_ m", dict(axis=0)), ("Reshape", "x _")],
     {"m": ONE}, opset=9)
read("sizes of sizes", [("Shape", "x"), ("Shape", "_"), ("Mul", "_ k"), ("Concat", "z _ m", dict(axis=0)), ("Reshape", "x _")],
     {"k": ints(3), "z": ints(0), "m": ONE})
for op, k, want in [("Div", 4, 2), ("Mul", 3, 24), ("Add", 4, 12), ("Sub", 5, 3)]:
    read(f"size by {op}", [("Shape", "x"), ("Gather", "_ i"), (op, "_ k"), ("Concat", "z _ m", dict(axis=0)), ("Reshape", "x _")],
         {"i": ints(3), "k": ints(k), "z": ints(0), "m": ONE})
read("size by a number", [("Shape", "x"), ("Gather", "_ i"), ("Div", "_ k"), ("Concat", "z _ m", dict(axis=0)), ("Reshape", "x _")],
     {"i": np.array(3, np.int64), "k": ints(2), "z": ints(0), "m": ONE})
read("size through floats", [("Shape", "x"), ("Cast", "_", dict(to=1)), ("Mul", "_ h"), ("Cast", "_", dict(to=7)), ("Gather", "_ i"),
     ("Concat", "z _ m", dict(axis=0)), ("Reshape", "x _")], {"h": number(0.5), "i": ints(1, 2), "z": ints(0), "m": ONE})
read("size through i32", [("Shape", "x"), ("Cast", "_", dict(to=6)), ("Cast", "_", dict(to=7)), ("Slice", "_ a b"), ("Concat", "z _ m", dict(axis=0)),
     ("Reshape", "x _")], {"a": ints(2), "b": ints(4), "z": ints(0), "m": ONE})
read("squeezed size", [("Shape", "x"), ("Slice", "_ a b"), ("Squeeze", "_ c"), ("Unsqueeze", "_ c"), ("Concat", "z _ m", dict(axis=0)), ("Reshape", "x _")],
     {"a": ints(2), "b": ints(3), "c": ints(0), "z": ints(0), "m": ONE})
zero = lambda value: helper.make_tensor("value", TensorProto.INT64 if isinstance(value, int) else TensorProto.FLOAT, [1], [value])
read("constant of shape", [("ConstantOfShape", "t", dict(value=zero(0.5))), ("Add", "x _")], {"t": ints(3, 1, 8)})
read("constant of shape zero", [("ConstantOfShape", "t"), ("Add", "x _")], {"t": ints(1, 3, 1, 1)})
read("constant of shape whole", [("ConstantOfShape", "t", dict(value=zero(-1))), ("Concat", "z _", dict(axis=0)), ("Reshape", "x _")], {"t": ints(1), "z": ints(0)})
refused("shape of a part", "start and end", [("Shape", "x", dict(start=1))], opset=15, runs=False)
refused("gather of an image", "depends on the image", [("Gather", "x i", dict(axis=1))], {"i": ints(0, 2)})
refused("gather of a matrix", "only sizes", [("Gather", "w i")], {"w": ints(1, 2, 3, 4).reshape(2, 2), "i": ints(0)}, runs=False)
refused("slice of an image", "depends on the image", [("Slice", "x a b c")], {"a": ints(0), "b": ints(2), "c": ints(1)})
refused("slice in steps", "one by one", [("Shape", "x"), ("Slice", "_ a b a s")], {"a": ints(0), "b": ints(4), "s": ints(2)}, runs=False)

# Constants and types.
held = lambda kind, raw=False: helper.make_tensor("w", kind, [3, 1, 1], np.array([0.5, -1.25, 3.0]).astype(
    helper.tensor_dtype_to_np_dtype(kind)).tobytes() if raw else [0.5, -1.25, 3.0], raw=raw)
for name, kind in [("f16", TensorProto.FLOAT16), ("f64", TensorProto.DOUBLE), ("bf16", TensorProto.BFLOAT16), ("f32", TensorProto.FLOAT)]:
    for raw in [False, True]:
        read(f"constant {name} raw {raw}", [("Cast", "w", dict(to=1)), ("Mul", "x _")], {"w": held(kind, raw)})
read("constant node", [("Constant", "", dict(value=held(TensorProto.FLOAT))), ("Mul", "x _")])
read("constant float", [("Constant", "", dict(value_float=1.5)), ("Mul", "x _")])
read("constant floats", [("Constant", "", dict(value_floats=[float(i) for i in range(8)])), ("Mul", "x _")])
read("constant ints", [("Constant", "", dict(value_ints=[0, -1])), ("Reshape", "x _")])
read("constant int", [("Constant", "", dict(value_int=-1)), ("Unsqueeze", "_ a"), ("Concat", "z _", dict(axis=0)), ("Reshape", "x _")], {"a": ints(0), "z": ints(0)})
refused("constant text", "a kind that is not known", [("Constant", "", dict(value_string="x"))], runs=False)
read("weights as inputs", [("Conv", "x w b"), ("PRelu", "_ s")], {**B, "s": (5, 1, 1)}, opset=7, old=True)
read("cast", [("Cast", "x", dict(to=1))])
read("cast there and back", [("Cast", "x", dict(to=11)), ("Cast", "_", dict(to=1))])
refused("cast to whole numbers", "cannot become whole numbers", [("Cast", "x", dict(to=7))], runs=False)
refused("cast to bool", "type 9", [("Cast", "x", dict(to=9))], runs=False)
read("identity", [("Identity", "x"), ("Identity", "w"), ("Conv", "y0 y1")], W)
read("dropout opset 7", [("Dropout", "x", dict(ratio=0.4))], opset=7)
read("dropout", [("Dropout", "x r"), ("Relu", "_")], {"r": number(0.4)}, opset=13)
read("dropout said to be off", [("Dropout", "x r t")], {"r": number(0.4), "t": np.array(False)})
refused("dropout in training", "training mode", [("Dropout", "x r t")], {"r": number(0.4), "t": np.array(True)}, runs=False)
# Names that the reader could give itself.
read("names of computed weights", [FLAT, ("MatMul", "_ w"), ("Add", "_ w@1"), ("PRelu", "_ s"), ("PRelu", "_ s@3")],
     {"w": (144, 5), "w@1": (5,), "s": (1,), "s@3": (5,)})
read("one name, two forms", [("Add", "x w"), ("PRelu", "_ w"), ("PRelu", "_ w#1")], {"w": (3, 1, 1), "w#1": (3, 1, 1)})

for op, attributes in {"Softmax": {}, "Erf": {}, "Abs": {}, "Elu": {}, "Selu": {}, "Exp": {}, "GlobalMaxPool": {}}.items():
    refused(op, f"operator {op} is not known", [(op, "x", attributes)])
refused("Pow", "operator Pow is not known", [("Pow", "x w")], {"w": number(2)})
refused("ReduceSum", "operator ReduceSum is not known", [("ReduceSum", "x a")], {"a": ints(2, 3)})
refused("Resize", "operator Resize is not known", [("Resize", "x - s")], {"s": number([1, 1, 2, 2])})
