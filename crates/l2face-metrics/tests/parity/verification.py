"""Writes verification.json: ROC, AUC, EER and TAR at FAR by numpy and scikit-learn, for verification.rs.

    python crates/l2face-metrics/tests/parity/verification.py
"""
import platform
import numpy as np, scipy, sklearn
from scipy.optimize import brentq
from sklearn.metrics import roc_auc_score, roc_curve
from fixture import short, write
from generator import RATES, all_sets


def labelled(g, i):
    return np.r_[np.ones(len(g)), np.zeros(len(i))], np.r_[g, i]


def summary(curve):
    """Number of points and three sums that a wrong, missing or moved point changes."""
    far, tar = curve[0], curve[1]
    k = np.arange(len(far))
    return [len(far), far.sum(), tar.sum(), float((k * (far + 2 * tar)).sum())]


def rate_at(g, i, t):
    return [float((g >= t).mean()), float((i >= t).mean()), float(t)]


def conservative(g, i, x):
    """By trial: every score as a threshold, and nothing accepted; the largest TAR that keeps the target. The threshold as defined."""
    tried = [0.0] + [float((g >= t).mean()) for t in np.r_[g, i] if (i >= t).sum() / len(i) <= x]
    above = [t for t in i if (i >= t).sum() / len(i) > x]
    t = np.nextafter(max(above), np.inf) if above else -np.finfo(float).max
    return [max(tried), float((i >= t).mean()), float(t)]


def insightface(g, i, x):
    """The nearest point of the reversed curve."""
    far, tar, thr = (v[::-1] for v in roc_curve(*labelled(g, i)))
    best = min(range(len(far)), key=lambda p: (abs(far[p] - x), p))
    return [tar[best], far[best], thr[best] if np.isfinite(thr[best]) else np.nextafter(max(g.max(), i.max()), np.inf)]


def interp(g, i, x):
    far, tar, _ = roc_curve(*labelled(g, i), drop_intermediate=False)
    u = np.unique(far)
    return float(np.interp(x, u, [tar[far == f].max() for f in u]))


def pfe(g, i, x):
    """The round(x N)-th largest impostor score, or a little above the largest."""
    down, k = np.sort(i)[::-1], int(np.round(len(i) * x))
    return rate_at(g, i, down[k - 1] if k else down[0] + 1e-8)


def eer(g, i):
    """Where the polyline meets the antidiagonal; between neighbours, so that vertical pieces do no harm."""
    far, tar, _ = roc_curve(*labelled(g, i), drop_intermediate=False)
    n = next(n for n in range(len(far)) if 1 - tar[n] - far[n] <= 0)
    along = lambda s, v: v[n - 1] + s * (v[n] - v[n - 1])
    s = brentq(lambda s: 1 - along(s, tar) - along(s, far), 0, 1, xtol=1e-15)
    return float(along(s, far))


def one(g, i):
    curve = lambda **how: roc_curve(*labelled(g, i), **how)
    modes = {m.__name__: [m(g, i, x) for x in RATES] for m in (insightface, interp, pfe)}
    if len(i) <= 2048:
        modes["conservative"] = [conservative(g, i, x) for x in RATES]
    return {"roc": summary(curve(drop_intermediate=False)), "corners": summary(curve()), "auc": roc_auc_score(*labelled(g, i)),
            "eer": eer(g, i), "modes": modes}


versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__}
found = {"versions": versions, "rates": RATES, "sets": short({name: one(g, i) for name, g, i in all_sets()})}
write(__file__, found)
