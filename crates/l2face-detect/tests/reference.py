"""Writes fixtures/networks.json and fixtures/cascade.json: MTCNN written down in PyTorch after the paper and facenet-pytorch's behaviour, with
weights and pictures of generator.py. Usage: python reference.py (torch, numpy; with facenet-pytorch 2.6.0 it is compared with that, too)"""
import json, math, os
import numpy as np, torch
import torch.nn.functional as F
from generator import numbers, picture, start

HERE = os.path.dirname(os.path.abspath(__file__))
# Convolutions (name, outputs, kernel), poolings (kernel), one dense layer (name, outputs), heads.
NETS = {
    "pnet": ([("1", 10, 3), 2, ("2", 16, 3), ("3", 32, 3)], None, [("conv4_1", 2), ("conv4_2", 4)]),
    "rnet": ([("1", 28, 3), 3, ("2", 48, 3), 3, ("3", 64, 2)], ("4", 128), [("dense5_1", 2), ("dense5_2", 4)]),
    "onet": ([("1", 32, 3), 3, ("2", 64, 3), 3, ("3", 64, 3), 2, ("4", 128, 2)], ("5", 256), [("dense6_1", 2), ("dense6_2", 4), ("dense6_3", 10)]),
}


def variables(net):
    convs, dense, heads = NETS[net]
    shapes, channels = {}, 3
    for step in convs:
        if not isinstance(step, int):
            name, outputs, kernel = step
            shapes |= {f"conv{name}.weight": (outputs, channels, kernel, kernel), f"conv{name}.bias": (outputs,), f"prelu{name}.weight": (outputs,)}
            channels = outputs
    if dense:
        name, outputs = dense
        shapes |= {f"dense{name}.weight": (outputs, channels * 9), f"dense{name}.bias": (outputs,), f"prelu{name}.weight": (outputs,)}
        channels = outputs
    for name, outputs in heads:
        shapes |= {f"{name}.weight": (outputs, channels, 1, 1) if net == "pnet" else (outputs, channels), f"{name}.bias": (outputs,)}
    return {name: torch.from_numpy(start(f"{net}.{name}", shape)) for name, shape in shapes.items()}


def forward(net, w, x):
    """Logits, shifts and points beside one another."""
    convs, dense, heads = NETS[net]
    for step in convs:
        if isinstance(step, int):
            x = F.max_pool2d(x, step, 2, ceil_mode=True)
        else:
            x = F.prelu(F.conv2d(x, w[f"conv{step[0]}.weight"], w[f"conv{step[0]}.bias"]), w[f"prelu{step[0]}.weight"])
    if dense:
        x = x.transpose(1, 3).flatten(1)
        x = F.prelu(F.linear(x, w[f"dense{dense[0]}.weight"], w[f"dense{dense[0]}.bias"]), w[f"prelu{dense[0]}.weight"])
        return torch.cat([F.linear(x, w[f"{n}.weight"], w[f"{n}.bias"]) for n, _ in heads], 1)
    return torch.cat([F.conv2d(x, w[f"{n}.weight"], w[f"{n}.bias"]) for n, _ in heads], 1)


def networks():
    shapes = {"pnet": (2, 3, 25, 18), "rnet": (3, 3, 24, 24), "onet": (2, 3, 48, 48)}
    out = {}
    for net, shape in shapes.items():
        y = forward(net, variables(net), torch.from_numpy(numbers(f"{net} input", shape)))
        out[net] = {"input": shape, "shape": list(y.shape), "values": [float(f"{v:.12g}") for v in y.flatten().tolist()]}
    return out


MARGIN = 2e-4  # A decision nearer than this to its limit could go either way in f32: other thresholds are to be taken.


def decided(values, limit):
    values = torch.as_tensor(values)
    assert len(values) == 0 or (values - limit).abs().min() > MARGIN, f"undecided at {limit}"


def nms(boxes, scores, limit, smaller):
    """Pair by pair, the best first."""
    extra, kept = (1 if smaller else 0), []
    area = [(b[2] - b[0] + extra) * (b[3] - b[1] + extra) for b in boxes]
    for i in torch.argsort(scores, descending=True, stable=True).tolist():
        shares = []
        for j in kept:
            w = max(0, min(boxes[i][2], boxes[j][2]) - max(boxes[i][0], boxes[j][0]) + extra)
            h = max(0, min(boxes[i][3], boxes[j][3]) - max(boxes[i][1], boxes[j][1]) + extra)
            shares.append(float(w * h / (min(area[i], area[j]) if smaller else area[i] + area[j] - w * h)))
        if all(s <= limit for s in shares):
            kept.append(i)
    assert len(set(scores.tolist())) == len(scores), "equal scores"
    return kept


def square(b):
    side = max(b[2] - b[0], b[3] - b[1])
    x, y = b[0] + (b[2] - b[0]) * 0.5 - side * 0.5, b[1] + (b[3] - b[1]) * 0.5 - side * 0.5
    return torch.stack([x, y, x + side, y + side])


def move(b, shift, extra):
    w, h = b[2] - b[0] + extra, b[3] - b[1] + extra
    return b + shift * torch.stack([w, h, w, h])


def area(x, size):
    return (F.adaptive_avg_pool2d(x, size) - 127.5) * 0.0078125


def proposals(image, nets, config):
    h, w = image.shape[2:]
    scale, shorter, found = 12 / config["min_face_size"], min(h, w) * 12 / config["min_face_size"], []
    while shorter >= 12:
        y = forward("pnet", nets["pnet"], area(image, (int(h * scale + 1), int(w * scale + 1))))[0]
        p = torch.softmax(y[:2], 0)[1]
        decided(p.flatten(), config["thresholds"][0])
        at = (p >= config["thresholds"][0]).nonzero()
        corners = [torch.floor(torch.stack([2 * c[1] + 1, 2 * c[0] + 1, 2 * c[1] + 12, 2 * c[0] + 12]).float() / scale) for c in at]
        scores = torch.stack([p[tuple(c)] for c in at]) if len(at) else torch.zeros(0)
        found += [(corners[i], scores[i], y[2:6, at[i][0], at[i][1]]) for i in nms(corners, scores, 0.5, False)]
        scale, shorter = scale * config["factor"], shorter * config["factor"]
    if not found:
        return []
    kept = nms([f[0] for f in found], torch.stack([f[1] for f in found]), 0.7, False)
    return [square(move(found[i][0], found[i][2], 0)) for i in kept]


def judged(image, squares, net, weights, side, threshold):
    """(square, score, answer) of those that pass."""
    h, w = image.shape[2:]
    passed = []
    for b in squares:
        x, y, right, bottom = (int(v) for v in b)
        inside = max(x, 1) <= min(right, w) and max(y, 1) <= min(bottom, h)
        if inside:
            decided((b - b.round()).abs(), 0)
            crop = image[:, :, max(y, 1) - 1 : min(bottom, h), max(x, 1) - 1 : min(right, w)]
            answer = forward(net, weights, area(crop, (side, side)))[0]
            score = torch.softmax(answer[:2], 0)[1]
            decided(score[None], threshold)
            if score > threshold:
                passed.append((b, score, answer))
    return passed


def detect(pixels, nets, config):
    image = torch.from_numpy(pixels).permute(2, 0, 1)[None].float()
    squares = proposals(image, nets, config)
    counts = [len(squares)]
    passed = judged(image, squares, "rnet", nets["rnet"], 24, config["thresholds"][1])
    if passed:
        kept = nms([p[0] for p in passed], torch.stack([p[1] for p in passed]), 0.7, False)
        passed = [square(move(passed[i][0], passed[i][2][2:6], 1)) for i in kept]
    counts.append(len(passed))
    passed = judged(image, passed, "onet", nets["onet"], 48, config["thresholds"][2])
    counts.append(len(passed))
    faces = []
    for b, score, answer in passed:
        w, h = b[2] - b[0] + 1, b[3] - b[1] + 1
        points = torch.stack([answer[6:11] * w + b[0] - 1, answer[11:16] * h + b[1] - 1], 1)
        faces.append((move(b, answer[2:6], 1), score, points))
    kept = nms([f[0] for f in faces], torch.stack([f[1] for f in faces]), 0.7, True) if faces else []
    faces = sorted((faces[i] for i in kept), key=lambda f: -float((f[0][2] - f[0][0]) * (f[0][3] - f[0][1])))
    print("  proposals, refined, passed, faces:", *counts, len(faces))
    return [{"corners": rounded(f[0]), "score": round(float(f[1]), 6), "points": [rounded(p) for p in f[2]]} for f in faces]


def rounded(values):
    return [round(float(v), 4) for v in values]


def by_facenet_pytorch(pixels, nets, config):
    from facenet_pytorch.models import mtcnn
    from facenet_pytorch.models.utils.detect_face import detect_face

    made = []
    for net, kind in (("pnet", mtcnn.PNet), ("rnet", mtcnn.RNet), ("onet", mtcnn.ONet)):
        made.append(kind(pretrained=False))
        made[-1].load_state_dict(nets[net])
    with torch.no_grad():
        boxes, points = detect_face([pixels], config["min_face_size"], *made, config["thresholds"], config["factor"], "cpu")
    return np.asarray(boxes[0], dtype=np.float64), np.asarray(points[0], dtype=np.float64)


def cascade():
    config = {"min_face_size": 18.0, "thresholds": THRESHOLDS, "factor": 0.7}
    nets = {net: {name: v.float() for name, v in variables(net).items()} for net in NETS}
    images = []
    for width, height in ((90, 71), (61, 84), (30, 17)):
        print(f"{width} x {height}")
        pixels = picture(width, height)
        faces = detect(pixels, nets, config)
        images.append({"width": width, "height": height, "faces": faces})
        try:
            boxes, points = by_facenet_pytorch(pixels, nets, config) if min(width, height) >= 18 else (np.zeros((0, 5)), None)
        except ImportError:
            print("  facenet-pytorch is not there: not compared")
            continue
        order = np.argsort(-(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
        assert len(boxes) == len(faces), f"facenet-pytorch has {len(boxes)} faces"
        for i, face in zip(order, faces):
            assert np.abs(boxes[i, :4] - face["corners"]).max() < 1e-2 and np.abs(points[i] - face["points"]).max() < 1e-2
        print("  facenet-pytorch agrees")
    return {"config": config, "images": images}


THRESHOLDS = [0.6, 0.1, 0.98]  # generated networks say "other" at R and "face" at O

if __name__ == "__main__":
    print("torch", torch.__version__, "numpy", np.__version__)
    for name, make in (("networks", networks), ("cascade", cascade)):
        with open(os.path.join(HERE, "fixtures", f"{name}.json"), "w") as out:
            json.dump(make(), out)
