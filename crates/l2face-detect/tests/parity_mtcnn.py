"""MTCNN of l2face-detect against facenet-pytorch 2.6.0 on photographs: same faces, same places, photographs per second.

Usage: python parity_mtcnn.py FOLDER [--count 500] [--rounds 3] [--threads 2] [--detect PATH] [--png]
Needs torch, torchvision, facenet-pytorch (pip install --no-deps facenet-pytorch==2.6.0), safetensors and the example:
cargo build --release -p l2face-detect --example detect. --png gives both sides the same pixels, decoded by PIL; without it each decodes
the JPEGs itself. Speed is that of detection alone, both sides after decoding, in turns.
"""
import argparse, csv, os, re, subprocess, sys, tempfile, time
import facenet_pytorch, numpy as np, torch, torchvision
from facenet_pytorch import MTCNN
from PIL import Image
from safetensors.torch import save_file

BATCHES = (1, 8, 32)


def options():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--count", type=int, default=500)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--detect", default=os.path.join(here, "../../../target/release/examples/detect"))
    p.add_argument("--png", action="store_true")
    return p.parse_args()


def photographs(folder, count):
    """`count` files, spread evenly over all in the order of their paths."""
    found = [os.path.join(d, f) for d, _, files in os.walk(folder) for f in files if f.lower().endswith((".jpg", ".jpeg", ".png"))]
    found.sort()
    return [found[i * len(found) // count] for i in range(min(count, len(found)))]


def same_pixels(files, folder):
    """The photographs as PNG."""
    out = []
    for i, path in enumerate(files):
        out.append(os.path.join(folder, f"{i:05}_{os.path.splitext(os.path.basename(path))[0]}.png"))
        Image.open(path).convert("RGB").save(out[-1], compress_level=1)
    return out


def weights(path):
    """facenet-pytorch's three files as one."""
    data = os.path.join(os.path.dirname(facenet_pytorch.__file__), "data")
    nets = {n: torch.load(os.path.join(data, f"{n}.pt")) for n in ("pnet", "rnet", "onet")}
    save_file({f"{n}.{k}": v.contiguous() for n, net in nets.items() for k, v in net.items()}, path)


def theirs(net, images, batch):
    """(boxes (n, 4), points (n, 5, 2)) of each photograph, and seconds."""
    found, spent = [], 0.0
    for at in range(0, len(images), batch):
        part = images[at : at + batch]
        start = time.perf_counter()
        boxes, _, points = net.detect(part, landmarks=True)
        spent += time.perf_counter() - start
        for b, p in zip(boxes, points):
            found.append((np.zeros((0, 4)), np.zeros((0, 5, 2))) if b is None else (np.float64(b), np.float64(p)))
    return found, spent


def ours(o, work, files, batch):
    """The same from the example, and its own measure of photographs per second."""
    listed, out = os.path.join(work, "list.txt"), os.path.join(work, "ours.csv")
    open(listed, "w").write("\n".join(files))
    command = [o.detect, "--weights", os.path.join(work, "mtcnn.safetensors"), "--images", listed, "--out", out, "--all", "--batch", str(batch)]
    env = dict(os.environ, RAYON_NUM_THREADS=str(o.threads))
    said = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stderr
    faces = {}
    for row in csv.DictReader(open(out)):
        if row["x"]:
            x, y, w, h = (float(row[k]) for k in "xywh")
            names = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
            points = [[float(row[f"{n}_x"]), float(row[f"{n}_y"])] for n in names]
            faces.setdefault(row["file"], []).append(([x, y, x + w, y + h], points))
    found = []
    for path in files:
        rows = faces.get(os.path.basename(path), [])
        found.append((np.array([b for b, _ in rows]).reshape(-1, 4), np.array([p for _, p in rows]).reshape(-1, 5, 2)))
    return found, float(re.search(r"([\d.]+) photographs/s", said)[1])


def agreement(a, b, files):
    same, gaps = 0, []
    for (boxes_a, points_a), (boxes_b, points_b), path in zip(a, b, files):
        if len(boxes_a) != len(boxes_b):
            print(f"  {os.path.basename(path)}: {len(boxes_a)} faces against {len(boxes_b)}")
            continue
        same += 1
        free = list(range(len(boxes_b)))
        for box, points in zip(boxes_a, points_a):
            j = min(free, key=lambda j: np.abs(boxes_b[j] - box).max())
            free.remove(j)
            gaps.append((np.abs(boxes_b[j] - box).max(), np.linalg.norm(points_b[j] - points, axis=1).max()))
    gaps = np.array(gaps)
    print(f"photographs with the same number of faces: {same} of {len(files)} ({100 * same / len(files):.2f} %)")
    print(f"faces of those: {len(gaps)}; every edge within 1 pixel {100 * (gaps[:, 0] <= 1).mean():.2f} %, every point within 1 pixel "
          f"{100 * (gaps[:, 1] <= 1).mean():.2f} %, both {100 * (gaps <= 1).all(1).mean():.2f} %")
    for name, column in (("edge", 0), ("point", 1)):
        print(f"  largest gap of an {name}: median {np.median(gaps[:, column]):.3f}, 99 % {np.quantile(gaps[:, column], .99):.3f}, "
              f"max {gaps[:, column].max():.3f} pixels".replace("an point", "a point"))


def main():
    o = options()
    torch.set_num_threads(o.threads)
    print(f"python {sys.version.split()[0]}, torch {torch.__version__}, torchvision {torchvision.__version__}, facenet-pytorch 2.6.0, "
          f"numpy {np.__version__}; {o.threads} threads; {'PNG by PIL' if o.png else 'each its own JPEG decoder'}")
    with tempfile.TemporaryDirectory() as work:
        weights(os.path.join(work, "mtcnn.safetensors"))
        files = photographs(o.folder, o.count)
        files = same_pixels(files, work) if o.png else files
        images = [Image.open(f).convert("RGB") for f in files]
        net = MTCNN(keep_all=True, device=torch.device("cpu"))
        theirs(net, images[:8], 8)
        for round in range(o.rounds):
            for batch in BATCHES:
                there, spent = theirs(net, images, batch)
                here, rate = ours(o, work, files, batch)
                print(f"round {round + 1}, batches of {batch:2}: facenet-pytorch {len(images) / spent:6.2f}, l2face-detect {rate:6.2f} photographs/s")
        agreement(here, there, files)


if __name__ == "__main__":
    main()
