"""1:1 verification at the size of IJB-C the usual way: numpy for the scores, scikit-learn's roc_curve for the table, and l2face beside it.

    python peer_verification.py FOLDER [PROGRAM...]

Makes 23,124 templates of 512 numbers (3,531 identities) and 19,557 genuine and 15,638,932 impostor comparisons in FOLDER, unless they are
there; measures this side in a process of its own, and PROGRAM FOLDER, in turns, three times (default: `cargo bench`). Scores are taken in batches of
100,000, as in InsightFace's IJB script and its descendants.
"""
import os, resource, statistics, subprocess, sys, time
import numpy as np

TEMPLATES, IDENTITIES, DIM, GENUINE, IMPOSTOR, BATCH = 23_124, 3_531, 512, 19_557, 15_638_932, 100_000
FARS = [10.0**-e for e in range(6, 0, -1)]


def make(folder):
    rng = np.random.default_rng(1)
    identity = rng.integers(0, IDENTITIES, TEMPLATES)
    identity[:IDENTITIES] = np.arange(IDENTITIES)
    centre = rng.standard_normal((IDENTITIES, DIM), dtype=np.float32)
    x = centre[identity] + 1.9 * rng.standard_normal((TEMPLATES, DIM), dtype=np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    order = np.argsort(identity, kind="stable")
    first, count = np.searchsorted(identity[order], np.arange(IDENTITIES)), np.bincount(identity, minlength=IDENTITIES)
    a = rng.integers(0, TEMPLATES, GENUINE)
    b = order[first[identity[a]] + rng.integers(0, count[identity[a]])]
    c, d = rng.integers(0, TEMPLATES, (2, IMPOSTOR))
    d = np.where(identity[c] == identity[d], (d + 1) % TEMPLATES, d)
    pairs = np.stack([np.concatenate([a, c]), np.concatenate([b, d])], 1).astype("<u4")
    genuine = (identity[pairs[:, 0]] == identity[pairs[:, 1]]).astype(np.uint8)
    mixed = rng.permutation(len(pairs))
    os.makedirs(folder, exist_ok=True)
    x.astype("<f4").tofile(f"{folder}/templates.f32")
    genuine[mixed].tofile(f"{folder}/genuine.u8")
    pairs[mixed].tofile(f"{folder}/pairs.u32")


def usual(folder):
    import sklearn
    from sklearn.metrics import roc_curve

    x = np.fromfile(f"{folder}/templates.f32", "<f4").reshape(-1, DIM)
    pairs, genuine = np.fromfile(f"{folder}/pairs.u32", "<u4").reshape(-1, 2), np.fromfile(f"{folder}/genuine.u8", np.uint8)
    p1, p2 = pairs[:, 0].astype(int), pairs[:, 1].astype(int)
    del pairs
    start, scores = time.perf_counter(), np.zeros(len(p1))
    for at in range(0, len(p1), BATCH):
        scores[at : at + BATCH] = np.sum(x[p1[at : at + BATCH]] * x[p2[at : at + BATCH]], -1)
    scored = time.perf_counter() - start
    fpr, tpr, _ = roc_curve(genuine, scores)
    fpr, tpr = fpr[::-1], tpr[::-1]
    for far in FARS:
        print(f"FAR {far:.0e} TAR {tpr[np.argmin(np.abs(fpr - far))]:.6f}")
    took, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"usual {took:.2f} s ({scored:.2f} s scores), {peak:.0f} MiB peak, numpy {np.__version__}, scikit-learn {sklearn.__version__}")


def run(command):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().split("\n")
    print(*lines, sep="\n", flush=True)
    words = lines[-1].split()
    rates = [float(line.split()[3]) for line in lines if line.startswith("FAR")]
    return float(words[1]), float(lines[-1].split(" MiB peak")[0].split()[-1]), rates


def main():
    folder, *program = sys.argv[1:]
    if not os.path.exists(f"{folder}/pairs.u32"):
        make(folder)
    program = program or "cargo bench -q -p l2face-eval --bench verification --".split()
    turns = [(run([sys.executable, __file__, "--usual", folder]), run([*program, folder])) for _ in range(3)]
    for theirs, ours in turns:
        # Scores in f32 there and in f64 here: a comparison at a threshold may fall on its other side.
        assert np.allclose(theirs[2], ours[2], atol=2e-4), (theirs, ours)
    time_ratio, memory_ratio = (statistics.median(t[k] / o[k] for t, o in turns) for k in (0, 1))
    print(f"l2face is {time_ratio:.1f} times as fast in 1/{memory_ratio:.1f} of the memory (medians of three turns)")


if sys.argv[1] == "--usual":
    usual(sys.argv[2])
else:
    main()
