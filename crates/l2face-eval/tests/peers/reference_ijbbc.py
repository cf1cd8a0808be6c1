"""IJB-B's and IJB-C's tables computed a second time, with numpy and csv alone: 1:1 by five rules, 1:N in each gallery by three, and what
InsightFace's old script makes of both galleries as one.

    python reference_ijbbc.py DIR PREFIX X Y EMBEDDINGS.csv > table.json

DIR holds PREFIX_1N_gallery_X.csv, .._Y.csv, PREFIX_1N_probe_mixed.csv and PREFIX_11_X_Y_matches.csv. EMBEDDINGS.csv has rows FILENAME and the
vector; a face without a row failed. The definitions are those of the protocol's and the scripts' descriptions, by trial where that can be:
templates are the unit mean of the media's means of unit vectors, rounded to f32 as the tables' code keeps them; scores are f64.
"""
import csv, json, math, sys
import numpy as np

FARS, FPIRS, RANKS = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1), (0.01, 0.1), (1, 5, 10)
LOWEST = -np.finfo(float).max


def read(path):
    """template id -> (subject, {sighting: [file, ...]})"""
    out = {}
    for row in csv.DictReader(open(path, newline="")):
        subject, media = out.setdefault(int(row["TEMPLATE_ID"]), (int(row["SUBJECT_ID"]), {}))
        files = media.setdefault(row["SIGHTING_ID"], [])
        if row["FILENAME"] not in files:
            files.append(row["FILENAME"])
    return out


def template(media, vectors):
    means = []
    for files in media.values():
        found = [vectors[f] / np.linalg.norm(vectors[f]) for f in files if f in vectors]
        if found:
            means.append(np.mean(found, axis=0))
    if not means:
        return None
    mean = np.mean(means, axis=0)
    return (mean / np.linalg.norm(mean)).astype(np.float32).astype(np.float64)


def score(a, b):
    return -np.inf if a is None or b is None else float(a @ b)


def share(scores, t):
    return float(np.mean(scores >= t))


# ---- thresholds: accept iff score >= t -----------------------------------------------------------------------------------------
def conservative(errors, x):
    """Of all thresholds that could matter the lowest that keeps the target."""
    tried = np.append(np.nextafter(np.unique(errors), np.inf), LOWEST)
    return min(t for t in tried if share(errors, t) <= x)


def bob(errors, x):
    """Down the groups of equal scores while the share at or above keeps the target."""
    t = np.nextafter(max(errors.max(), LOWEST), np.inf)
    for s in np.unique(errors)[::-1]:
        if share(errors, s) > x or s == -np.inf:
            break
        t = s
    return t


def pfe(errors, x):
    k = int(np.round(x * len(errors)))
    down = np.sort(errors)[::-1]
    return max(down[k - 1] if k else down[0] + 1e-8, LOWEST)


def vertices(genuine, impostor):
    """(FAR, TAR, threshold) from nothing accepted to everything but failures."""
    values = [v for v in np.unique(np.r_[genuine, impostor])[::-1] if v > -np.inf]
    return [(0.0, 0.0, np.inf)] + [(share(impostor, v), share(genuine, v), v) for v in values]


def corners(points, ends):
    """Without the points in the middle of a straight piece, as scikit-learn drops them."""
    n_i, n_g = ends
    whole = [(round(f * n_i), round(t * n_g)) for f, t, _ in points]
    steps = np.diff(np.array(whole), axis=0)
    keep = [0] + [i for i in range(1, len(points) - 1) if tuple(steps[i]) != tuple(steps[i - 1])] + [len(points) - 1]
    return [points[i] for i in keep]


def insightface(points, x):
    """The point whose FAR is nearest; of equals the one furthest up the curve."""
    return min(points[::-1], key=lambda p: abs(p[0] - x))


def interp(points, x):
    best = {}
    for far, tar, _ in points:
        best[far] = max(tar, best.get(far, 0.0))
    return float(np.interp(x, list(best), list(best.values())))


def verify(genuine, impostor):
    points = vertices(genuine, impostor)
    rows = []
    for x in FARS:
        row = {name: share(genuine, rule(impostor, x)) for name, rule in (("conservative", conservative), ("bob", bob), ("pfe", pfe))}
        row["insightface"] = insightface(corners(points, (len(impostor), len(genuine))), x)[1]
        row["interp"] = interp(points, x)
        rows.append(row | {"threshold": float(conservative(impostor, x))})
    return rows


# ---- 1:N -----------------------------------------------------------------------------------------------------------------------
def one_search(gallery, probes, made):
    people = {s for s, _ in gallery.values()}
    mated, alarms = [], []
    for p, (subject, _) in probes.items():
        mates = [score(made[p], made[g]) for g, (s, _) in gallery.items() if s == subject]
        others = np.array([score(made[p], made[g]) for g, (s, _) in gallery.items() if s != subject])
        if subject in people:
            mated.append((max(mates), 1 + int(np.sum(others >= max(mates)))))
        else:
            alarms.append(others.max())
    return mated, np.array(alarms)


def hits(mated, t, rank):
    return sum(s > -np.inf and s >= t and r <= rank for s, r in mated) / len(mated)


def strictly_above_element(alarms, x):
    """InsightFace's: element max(floor(n x) - 1, 0) of the maxima from the highest, to be exceeded."""
    return np.nextafter(max(np.sort(alarms)[::-1][max(math.floor(len(alarms) * x) - 1, 0)], LOWEST), np.inf)


def gallery_table(mated, alarms):
    rules = {"conservative": conservative, "bob": bob, "insightface": strictly_above_element}
    tpir = {name: [hits(mated, rule(alarms, x), 1) for x in FPIRS] for name, rule in rules.items()}
    return {"mated": len(mated), "non_mated": len(alarms), "ranks": [hits(mated, LOWEST, r) for r in RANKS], "tpir": tpir}


def old_script(galleries, probes, made):
    """Both galleries as one; the ceil(Q x)-th largest score against a non-mate has to be exceeded, whatever the rank."""
    both = galleries[0] | galleries[1]
    mated, others = [], []
    for p, (subject, _) in probes.items():
        against = {g: score(made[p], made[g]) for g in both}
        (mate,) = [g for g in both if both[g][0] == subject]
        rest = [s for g, s in against.items() if g != mate]
        others += rest
        mated.append((against[mate], 1 + sum(s >= against[mate] for s in rest)))
    down = sorted(others, reverse=True)
    tpir = [float(np.mean([s > down[math.ceil(len(mated) * x) - 1] for s, _ in mated])) for x in FPIRS]
    return {"ranks": [hits(mated, LOWEST, r) for r in RANKS], "tpir": tpir}


def main():
    folder, prefix, x, y, table = sys.argv[1:]
    rows = list(csv.reader(open(table, newline="")))
    vectors = {r[0]: np.array(r[1:], dtype=np.float32).astype(np.float64) for r in rows}
    galleries = [read(f"{folder}/{prefix}_1N_gallery_{g}.csv") for g in (x, y)]
    probes = read(f"{folder}/{prefix}_1N_probe_mixed.csv")
    specs = galleries[0] | galleries[1] | probes
    made = {t: template(media, vectors) for t, (_, media) in specs.items()}
    kinds = {True: [], False: []}
    for line in open(f"{folder}/{prefix}_11_{x}_{y}_matches.csv"):
        a, b = (int(v) for v in line.split(","))
        kinds[specs[a][0] == specs[b][0]].append(score(made[a], made[b]))
    searched = [one_search(g, probes, made) for g in galleries]
    tables = [gallery_table(*s) for s in searched]
    pooled = searched[0][0] + searched[1][0]
    covered = {s for g in galleries for s, _ in g.values()}
    found = {"versions": {"numpy": np.__version__}, "failed": sum(m is None for m in made.values()),
             "genuine": len(kinds[True]), "impostor": len(kinds[False]), "tar": verify(*(np.array(kinds[k]) for k in (True, False))),
             "galleries": tables, "ranks": [hits(pooled, LOWEST, r) for r in RANKS],
             "tpir": {n: [float(np.mean([t["tpir"][n][i] for t in tables])) for i in range(2)] for n in tables[0]["tpir"]}}
    mated_probes = {p: e for p, e in probes.items() if e[0] in covered}
    found["old_script"] = old_script(galleries, mated_probes, made)
    print(json.dumps(found))


main()
