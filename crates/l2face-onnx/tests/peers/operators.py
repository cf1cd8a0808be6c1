"""Small networks of one operator, or a few, with onnxruntime's results: `operators.py FOLDER` writes for each

NAME.onnx   the network
NAME.x      its images, (n, channels, height, width) in f32, whatever the layout of the network's own input
NAME.y      what onnxruntime gives for them

and prints a line: name, operators, the node under test, and what its refusal says; fields apart by tabs, nothing last where it is read.
operator_cases.py has the table. `operators.py FOLDER again` runs NAME.again.onnx, what we wrote for the same networks, and prints the names
of those that differ from NAME.y.
"""
import sys
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
from operator_cases import CASES


def tensor(name, value, random):
    """An initialiser: numbers as they are, or drawn for a shape; a variance is positive."""
    if isinstance(value, TensorProto):
        value.name = name
        return value
    if isinstance(value, tuple):
        value = random.standard_normal(value).astype(np.float32)
        value = np.abs(value) + np.float32(0.5) if name == "var" else value
    return numpy_helper.from_array(np.asarray(value), name)


def model(case, random):
    nodes = []
    for i, (op, inputs, *settings) in enumerate(case["nodes"]):
        named = [{"_": f"y{i - 1}", "-": ""}.get(name, name) for name in inputs.split()]
        outputs = [f"y{i}"] + (settings[1] if len(settings) > 1 else [])
        nodes.append(helper.make_node(op, named, outputs, f"{op}_{i}", **(settings[0] if settings else {})))
    nodes.append(helper.make_node("Flatten", [nodes[-1].output[0]], ["out"], "last", axis=1))
    constants = [tensor(name, value, random) for name, value in case["weights"].items()]
    c, h, w = case["image"]
    sizes = (h, w, c) if case["nhwc"] else (c, h, w)
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [case["batch"], *sizes])]
    if case["old"]:
        inputs += [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in constants]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, [case["batch"], "d"])]
    graph = helper.make_graph(nodes, "case", inputs, outputs, constants)
    opset = [helper.make_opsetid("", case["opset"])]
    made = helper.make_model(graph, opset_imports=opset, ir_version=3 if case["old"] else 8)
    onnx.checker.check_model(made)
    return made


def session(made):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])


def answers(made, case, x):
    x = x.transpose(0, 2, 3, 1) if case["nhwc"] else x
    step = 1 if case["batch"] == 1 else len(x)
    run = session(made).run
    return np.concatenate([run(None, {"x": x[i : i + step]})[0] for i in range(0, len(x), step)])


def again(folder):
    for name in [name for name, case in CASES.items() if not case["refused"]]:
        x, y = [np.fromfile(f"{folder}/{name}.{end}", np.float32) for end in "xy"]
        made = onnx.load(f"{folder}/{name}.again.onnx")
        onnx.checker.check_model(made, full_check=True)
        got = session(made).run(["embedding"], {"data": x.reshape(2, *CASES[name]["image"])})[0]
        error = np.abs(got.ravel() - y).max()
        if not error <= 1e-5 * np.abs(y).max():
            print(f"{name}: {error}")


def main(folder):
    for name, case in CASES.items():
        random = np.random.default_rng(list(name.encode()))
        made = model(case, random)
        onnx.save(made, f"{folder}/{name}.onnx")
        x = random.standard_normal((2, *case["image"])).astype(np.float32)
        x = case["images"](x)
        # What is refused is a network that onnxruntime runs, where nothing else is said.
        if case["runs"]:
            y = answers(made, case, x)
            assert case["refused"] or (np.isfinite(y).all() and len(y) == 2), name
            x.tofile(f"{folder}/{name}.x")
            y.astype(np.float32).tofile(f"{folder}/{name}.y")
        ops = [node.op_type for node in made.graph.node]
        print(name, ",".join(ops), made.graph.node[-2].name, case["refused"], sep="\t")


again(sys.argv[1]) if sys.argv[2:] else main(sys.argv[1])
