"""Writes bob_reference.json: thresholds, EER, CMC and open-set rates by bob.measure 6, for bob_reference.rs.

    python crates/l2face-metrics/tests/parity/bob_reference.py
"""
from importlib.metadata import version
import bob.measure as bob, numpy as np
from fixture import short, write
from generator import RATES, all_sets, numbers

# name: probes, gallery, steps. Identity of gallery entry j is j % 9, of probe n it is n % 12: 9, 10 and 11 are not enrolled, and some
# identities are enrolled twice.
SEARCHES = {"distinct": (240, 12, 0), "ties": (240, 12, 8), "coarse": (60, 14, 2)}


def verification(g, i):
    at = []
    for x in RATES:
        t = bob.far_threshold(i, g, x)
        far, frr = bob.farfrr(i, g, t)
        at.append([1 - frr, far, t])
    return {"far": at, "eer": bob.eer(i, g)}


def probe(name, n, size, steps):
    s = numbers(f"search/{name}/{n}", size)
    mate = np.arange(size) % 9 == n % 12
    s = np.where(mate, s * 0.5 + 0.5, s)
    s = np.floor(s * steps) / steps if steps else s
    return s[~mate], s[mate]


def insightface_threshold(maxima, x):
    """Element max(floor(n x) - 1, 0) of the maxima in descending order; alarms and hits are strictly above it."""
    return np.sort(maxima)[::-1][max(int(np.floor(len(maxima) * x)) - 1, 0)]


def search(name, probes, size, steps):
    all_probes = [probe(name, n, size, steps) for n in range(probes)]
    mated = [p for p in all_probes if p[1].size]
    maxima = np.array([neg.max() for neg, pos in all_probes if not pos.size])
    by_bob, by_insightface = [], []
    for x in (0.0, 0.01, 0.05, 0.1, 0.3, 1.0):
        t = bob.far_threshold(maxima, maxima, x)
        rates = [bob.detection_identification_rate(all_probes, t, rank) for rank in (1, 3)]
        by_bob.append([x, *rates, bob.false_alarm_rate(all_probes, t), t])
        t = insightface_threshold(maxima, x)
        hits = [np.mean([pos.max() > t and (neg >= pos.max()).sum() < rank for neg, pos in mated]) for rank in (1, 3)]
        by_insightface.append([x, *hits, np.mean(maxima > t), t])
    return {"cmc": list(bob.cmc(mated)), "rank": [bob.recognition_rate(mated, rank=k) for k in (1, 2, 5)], "bob": by_bob,
            "insightface": by_insightface}


found = {"versions": {"bob.measure": version("bob.measure"), "numpy": np.__version__}, "rates": RATES,
         "sets": short({name: verification(g, i) for name, g, i in all_sets()}),
         "searches": short({name: search(name, *shape) for name, shape in SEARCHES.items()})}
write(__file__, found)
