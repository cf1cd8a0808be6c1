"""The work of ijbc_scale.rs with numpy and scikit-learn, on the same scores: python crates/l2face-metrics/examples/ijbc_scale.py"""
import time
import numpy as np, sklearn
from sklearn.metrics import roc_auc_score, roc_curve

FARS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]


def uniform(n):
    with np.errstate(over="ignore"):
        z = (n + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53


def scores(seed, n, centre, spread):
    total = np.zeros(n)
    for k in range(12):
        total += uniform(np.arange(n, dtype=np.uint64) * np.uint64(12) + np.uint64((seed << 40) + k))
    return np.clip(centre + spread * (total - 6.0), -1, 1)


def timed(what, work):
    start = time.perf_counter()
    result = work()
    print(f"{what}: {time.perf_counter() - start:.3f} s")
    return result


def table(far, tar):
    far, tar = far[::-1], tar[::-1]
    return [float(tar[np.argmin(np.abs(far - x))]) for x in FARS]  # the first minimum; InsightFace's own loop is min(list(zip(..)))


g, i = scores(1, 19_557, 0.6, 0.15), scores(2, 15_638_932, 0.0, 0.1)
y, s = np.r_[np.ones(len(g)), np.zeros(len(i))], np.r_[g, i]
print("numpy", np.__version__, "scikit-learn", sklearn.__version__)
far, tar, _ = timed("roc_curve", lambda: roc_curve(y, s))
print("  insightface:", [round(t, 6) for t in timed("table", lambda: table(far, tar))], len(far), "points")
far, tar, _ = timed("roc_curve, every point", lambda: roc_curve(y, s, drop_intermediate=False))
print("  ", len(far), "points")
print(f"  {timed('auc', lambda: roc_auc_score(y, s)):.9f}")
