"""MTCNN of l2face-detect against facenet-pytorch 2.6.0 on photographs: same faces, same places, photographs per second.

Usage: python parity_mtcnn.py FOLDER [--count 500] [--rounds 3] [--threads 2] [--batches 1 8 32] [--detect PATH]
Needs torch, torchvision, facenet-pytorch (pip install --no-deps facenet-pytorch==2.6.0) and the example:
cargo build --release -p l2face-detect --example detect. It prints
- speed: detection alone, without decoding, the two sides in turns, for several batch sizes; and CPU time, which a busy machine blurs less
  (theirs of the detection and of reading our CSV, ours with everything);
- agreement on the same pixels, decoded by PIL;
- agreement where each side decodes the JPEGs itself;
- agreement of facenet-pytorch with itself, on PIL's pixels and on those of l2face-image: how much of the line above is the decoders'.
"""
import argparse, csv, os, re, resource, subprocess, sys, tempfile, time
import facenet_pytorch, numpy as np, PIL, torch, torchvision
from facenet_pytorch import MTCNN
from PIL import Image

WEIGHTS = os.path.join(os.path.dirname(facenet_pytorch.__file__), "data")


def options():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("--count", type=int, default=500)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32])
    p.add_argument("--detect", default=os.path.join(here, "../../../target/release/examples/detect"))
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


def ours(o, work, files, batch, *more):
    """The same from the example, and its own measure of photographs per second."""
    listed, out = os.path.join(work, "list.txt"), os.path.join(work, "ours.csv")
    open(listed, "w").write("\n".join(files))
    command = [o.detect, "--weights", WEIGHTS, "--images", listed, "--out", out, "--all", "--batch", str(batch), *more]
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


def children():
    """CPU seconds of the processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
          f"numpy {np.__version__}, Pillow {PIL.__version__}; {o.threads} threads")
    with tempfile.TemporaryDirectory() as work:
        jpegs = photographs(o.folder, o.count)
        pngs = same_pixels(jpegs, work)
        images = [Image.open(f) for f in pngs]
        [image.load() for image in images]
        net = MTCNN(keep_all=True, device=torch.device("cpu"))
        theirs(net, images[:8], 8)
        for round in range(o.rounds):
            for batch in o.batches:
                at = time.process_time(), children()
                there, spent = theirs(net, images, batch)
                here, rate = ours(o, work, pngs, batch)
                cpu = [1000 * (now - before) / len(images) for now, before in zip((time.process_time(), children()), at)]
                print(f"round {round + 1}, {batch:2} at once: facenet-pytorch {len(images) / spent:6.2f}, l2face-detect {rate:6.2f} photographs/s; "
                      f"CPU {cpu[0]:.0f} ms a photograph, {cpu[1]:.0f} ms with start and decoding", flush=True)
        print("the same pixels")
        agreement(here, there, pngs)
        print("each its own JPEG decoder")
        pixels = os.path.join(work, "pixels")
        os.mkdir(pixels)
        agreement(ours(o, work, jpegs, 32, "--pixels", pixels)[0], there, jpegs)
        print("facenet-pytorch on l2face-image's pixels and on PIL's")
        decoded = [os.path.join(pixels, os.path.splitext(os.path.basename(f))[0] + ".png") for f in jpegs]
        agreement(theirs(net, [Image.open(f) for f in decoded], 32)[0], there, jpegs)


if __name__ == "__main__":
    main()
