"""Writes folds.json: k-fold accuracy and VAL at FAR, written from the descriptions of facenet's, InsightFace's and SphereFace's
protocols, with scikit-learn's KFold; for folds.rs.

    python crates/l2face-metrics/tests/parity/folds.py
"""
import numpy as np, scipy, sklearn
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.model_selection import KFold
from fixture import short, write
from generator import numbers, scores

# name: pairs, steps, folds, every how many pairs one failed to enrol (0: none)
SETS = {"distinct": (600, 0, 10, 0), "ties": (607, 50, 10, 0), "coarse": (103, 8, 4, 0), "failures": (500, 64, 7, 23)}
TARGETS = [0.0, 1e-3, 0.0123, 0.1, 0.5, 1.0]


def pairs(name, n, steps, fail):
    genuine = numbers(name + "/label", n) < 0
    s = np.where(genuine, scores(name + "/pg", n, 0.3, steps), scores(name + "/pi", n, 0.1, steps))
    if fail:
        s[::fail] = -np.inf
    return s, genuine


def embedding_pairs():
    """200 pairs of vectors in 8 dimensions, the second of a genuine pair near the first: cosine and squared distance of unit vectors."""
    genuine = numbers("embedding/label", 200) < 0
    a = numbers("embedding/a", 1600).reshape(200, 8)
    b = numbers("embedding/b", 1600).reshape(200, 8)
    b = np.where(genuine[:, None], a + b, b)
    a, b = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (a, b))
    return (a * b).sum(1), ((a - b) ** 2).sum(1), genuine


def grid(d, same, train, test):
    right = [np.mean((d[train] < t) == same[train]) for t in np.arange(0, 4, 0.01)]
    t = np.arange(0, 4, 0.01)[int(np.argmax(right))]
    return [np.mean((d[test] < t) == same[test]), t]


def facenet_arccos(s, same, train, test):
    """facenet's other distance, arccos(cos) / pi, on the same grid; failures are further than any threshold."""
    d = np.where(np.isneginf(s), np.inf, np.arccos(np.where(np.isneginf(s), 0, s)) / np.pi)
    return grid(d, same, train, test)


def mean_curve_eer(d, same, folds):
    """TAR and FAR of each fold on facenet's grid, their means, and where the polyline meets the antidiagonal; level after its end."""
    thresholds = np.arange(0, 4, 0.01)
    rates = [[[np.mean(d[test][same[test] == kind] < t) for t in thresholds] for kind in (False, True)] for _, test in KFold(folds).split(d)]
    far, tar = np.mean(rates, axis=0)
    met = np.flatnonzero(1 - tar - far <= 0)
    if not met.size:
        return 1 - tar[-1]
    n = met[0]
    along = lambda s, v: v[n - 1] + s * (v[n] - v[n - 1])
    return along(brentq(lambda s: 1 - along(s, tar) - along(s, far), 0, 1, xtol=1e-15), far)


def sphereface(s, same, train, test):
    right = lambda part, t: (np.sum(s[part][same[part]] > t) + np.sum(s[part][~same[part]] < t)) / len(part)
    thresholds = np.arange(-10000, 10001) / 10000
    part = s[train][:, None]
    counts = np.where(same[train][:, None], part > thresholds, part < thresholds).sum(0)  # every threshold by trial
    all_right = counts / len(train)
    steps = np.flatnonzero(all_right == all_right.max()) - 10000
    t = int(steps.sum()) / (len(steps) * 10000)  # the exact mean: on tied scores the rounding of a sum would decide
    return [right(test, t), t]


def exact(s, same, train, test):
    values = np.unique(s[train][np.isfinite(s[train])])
    thresholds = np.r_[-np.finfo(float).max, (values[:-1] + values[1:]) / 2, np.nextafter(values[-1], np.inf)]
    right = np.array([np.mean((s[train] >= t) == same[train]) for t in thresholds])
    t = thresholds[right == right.max()].max()
    return [np.mean((s[test] >= t) == same[test]), t]


def folded(by, values, same, folds):
    one = [by(values, same, train, test) for train, test in KFold(folds).split(values)]
    accuracies = [a for a, _ in one]
    return {"folds": one, "mean": np.mean(accuracies), "std": np.std(accuracies)}


def val(d, same, folds, target):
    """facenet's, with numpy.interp in place of scipy's interp1d."""
    thresholds, found = np.arange(0, 4, 0.001), []
    for train, test in KFold(folds).split(d):
        far = (d[train][~same[train]][:, None] < thresholds).mean(0)
        t = np.interp(target, far, thresholds) if far.max() >= target else 0.0
        found.append([np.mean(d[test][same[test]] < t), np.mean(d[test][~same[test]] < t), t])
    v = np.array(found)
    return [v[:, 0].mean(), v[:, 0].std(), v[:, 1].mean(), *v[:, 2]]


def one(name, n, steps, folds, fail):
    s, same = pairs(name, n, steps, fail)
    d = 2 - 2 * s
    return {"insightface-grid": folded(grid, d, same, folds), "facenet-arccos": folded(facenet_arccos, s, same, folds), "eer": mean_curve_eer(d, same, folds),
            "sphereface": folded(sphereface, s, same, folds),
            "exact": folded(exact, s, same, folds), "val": [val(d, same, folds, x) for x in TARGETS]}


def scipy_says():
    try:
        interp1d([0.0, 0.0, 0.5, 0.5, 1.0], [0, 1, 2, 3, 4], kind="slinear")
        return "accepted"
    except ValueError as e:
        return str(e)


_, d, same = embedding_pairs()
found = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}, "slinear": scipy_says(),
         "targets": TARGETS, "sets": short({name: one(name, *shape) for name, shape in SETS.items()}),
         "embeddings": short({"grid": folded(grid, d, same, 10), "val": val(d, same, 10, 0.05)})}
write(__file__, found)
