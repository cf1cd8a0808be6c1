"""onnxruntime's side of `cargo xtask peers`.

peer.py run MODEL IMAGES OUTPUT        checks the file and writes the embeddings of the images; as one batch, and one by one where
                                       the batch is fixed
peer.py time MODEL IMAGES SECONDS THREADS
                                       milliseconds per image, mean and least of all calls, a line for each line of standard input
"""
import sys, time
import numpy as np, onnx, onnxruntime


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def images(path, session):
    return np.fromfile(path, np.float32).reshape(-1, *session.get_inputs()[0].shape[1:])


def embed(session, x):
    one = session.get_inputs()[0]
    step = 1 if one.shape[0] == 1 else len(x)
    return np.concatenate([session.run(None, {one.name: x[i : i + step]})[0] for i in range(0, len(x), step)])


def run(model, source, target):
    onnx.checker.check_model(model, full_check=True)
    s = session(model, 2)
    embed(s, images(source, s)).astype(np.float32).tofile(target)
    print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__, s.get_inputs()[0].name, s.get_inputs()[0].shape)


def measure(model, source, seconds, threads):
    s = session(model, threads)
    x = images(source, s)
    embed(s, x)
    for _ in sys.stdin:
        times = []
        while sum(times) < seconds:
            start = time.perf_counter()
            embed(s, x)
            times.append(time.perf_counter() - start)
        print(*[t * 1e3 / len(x) for t in (sum(times) / len(times), min(times))], flush=True)


if sys.argv[1] == "run":
    run(*sys.argv[2:5])
else:
    measure(sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
