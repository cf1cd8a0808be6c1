"""The table of l2face-eval computed a second time, slowly and independently, with numpy, csv and scikit-learn.

    python reference_ijba.py DIR [--embeddings FILE.csv] [--frames unit|raw] [--pool media|flat] > expected.json

DIR is a folder in IJB-A's layout with ten splits. FILE.csv has a header and rows FILE,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT (the
fields as the protocol writes them), then the vector; faces without a row failed. Without --embeddings the vectors come from the
formula below, which tests/common/mod.rs repeats: the committed tests use that.

The definitions are taken from the text of the protocol and from NIST's, not from the Rust code: a threshold is the lowest of all
candidate floats whose error rate is within the target; interpolation is numpy.interp over scikit-learn's curve.
"""
import argparse, csv, json, sys
import numpy as np
from sklearn.metrics import roc_curve

M = 2**64 - 1
DIM = 16
FARS, FPIRS, RANKS = (1e-4, 1e-3, 1e-2, 1e-1), (0.01, 0.1), (1, 5, 10)
GRID = [(1e-4) ** ((80 - i) / 80) for i in range(81)]
FAILED = -np.inf


# ---- vectors by formula -------------------------------------------------------------------------------------------------------
def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001B3) & M
    return h


def uniform(key, d):
    z = (key + (d + 1) * 0x9E3779B97F4A7C15) & M
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return ((z ^ (z >> 31)) >> 11) / 2.0**53


def formula(file, subject):
    """Person + noise, of varying norm; the weaker the norm, the stronger the noise. One face in eleven has none."""
    person, face = fnv(f"subject {subject}"), fnv(f"{file}#{subject}")
    if face % 11 == 0:
        return None
    scale = 0.5 + 2.0 * uniform(face, 1000)
    sigma = 3.5 / (0.5 + scale)
    v = [scale * ((uniform(person, d) - 0.5) + sigma * (uniform(face, d) - 0.5)) for d in range(DIM)]
    return np.array(v, dtype=np.float32).astype(np.float64)


def face_key(row):
    return tuple(row[c] for c in ("FILE", "FACE_X", "FACE_Y", "FACE_WIDTH", "FACE_HEIGHT"))


def read_embeddings(path):
    rows = csv.reader(open(path, newline=""))
    next(rows)
    return {tuple(r[:5]): np.array(r[5:], dtype=np.float32).astype(np.float64) for r in rows}


# ---- templates ----------------------------------------------------------------------------------------------------------------
def load(path):
    """template id -> (subject, {media id: [row, ...]}), in the file's order"""
    out = {}
    for row in csv.DictReader(open(path, newline="")):
        subject, media = out.setdefault(int(row["TEMPLATE_ID"]), (int(row["SUBJECT_ID"]), {}))
        assert subject == int(row["SUBJECT_ID"])
        media.setdefault(row["MEDIA_ID"], []).append(row)
    return out


def make_template(entry, vector_of, frames, pool):
    """(unit vector, mean raw norm), or None"""
    subject, media = entry
    groups, norms = [], []
    for rows in media.values():
        vectors = [v for v in (vector_of(r, subject) for r in rows) if v is not None]
        norms += [float(np.linalg.norm(v)) for v in vectors]
        if frames == "unit":
            vectors = [v / np.linalg.norm(v) if np.any(v) else v for v in vectors]
        if vectors:
            groups.append(vectors)
    if not groups:
        return None
    if pool == "media":
        mean = np.mean([np.mean(g, axis=0) for g in groups], axis=0)
    else:
        mean = np.mean([v for g in groups for v in g], axis=0)
    length = np.linalg.norm(mean)
    return None if length == 0 else (mean / length, float(np.mean(norms)))


def similarity(a, b):
    return FAILED if a is None or b is None else float(np.dot(a[0], b[0]))


# ---- rates --------------------------------------------------------------------------------------------------------------------
class Conservative:
    """The lowest threshold whose error rate does not exceed a target."""

    def __init__(self, errors):
        self.errors = np.array(errors)
        self.candidates = np.sort(np.append(np.nextafter(self.errors, np.inf), np.finfo(float).min))
        self.rates = np.array([np.count_nonzero(self.errors >= t) / len(self.errors) for t in self.candidates])

    def __call__(self, target):
        t = self.candidates[self.rates <= target].min()
        return float(t), int(np.count_nonzero(self.errors >= t)), bool(target * len(self.errors) < 1 - 1e-9)


def curve(genuine, impostor):
    """scikit-learn's whole curve up to the failures"""
    low = -1e6
    scores = np.maximum(np.r_[genuine, impostor], low)
    far, tar, t = roc_curve(np.r_[np.ones(len(genuine)), np.zeros(len(impostor))], scores, drop_intermediate=False)
    return far[t > low], tar[t > low]


def interpolated(far, tar, x):
    u = np.unique(far)
    return float(np.interp(x, u, [tar[far == f].max() for f in u]))


def eer(far, tar):
    gap = 1 - tar - far
    if gap[-1] > 0:
        return float(1 - tar[-1])
    step = np.interp(0, gap[::-1], np.arange(len(gap))[::-1])
    return float(np.interp(step, np.arange(len(far)), far))


def auc(genuine, impostor):
    wins = 0.0
    for g in genuine:
        if g > FAILED:
            wins += np.count_nonzero(impostor < g) + 0.5 * np.count_nonzero(impostor == g)
    return float(wins / len(genuine) / len(impostor))


def verify(folder, k, template):
    meta = load(f"{folder}/verify_metadata_{k}.csv")
    made = {t: template(e) for t, e in meta.items()}
    pairs = []
    for line in open(f"{folder}/verify_comparisons_{k}.csv"):
        a, b = (int(x) for x in line.split(","))
        norm = None if made[a] is None or made[b] is None else min(made[a][1], made[b][1])
        pairs.append((meta[a][0] == meta[b][0], similarity(made[a], made[b]), norm))
    genuine = np.array([s for g, s, _ in pairs if g])
    impostor = np.array([s for g, s, _ in pairs if not g])
    rule, (far, tar), rows = Conservative(impostor), curve(genuine, impostor), []
    rate = lambda t: float(np.mean(genuine >= t))
    for x in FARS:
        t, errors, k_zero = rule(x)
        rows.append(dict(far=x, conservative=rate(t), interp=interpolated(far, tar, x), threshold=t,
                         achieved_far=errors / len(impostor), false_accepts=errors,
                         true_accepts=int(np.sum(genuine >= t)), genuine=len(genuine), k_zero=k_zero))
    return dict(templates=len(meta), failed_templates=sum(m is None for m in made.values()), dropped_pairs=0, genuine=len(genuine),
                impostor=len(impostor), tar=rows, roc=[rate(rule(x)[0]) for x in GRID], auc=auc(genuine, impostor),
                eer=eer(far, tar)), pairs


def search(folder, k, template):
    gallery, probes = load(f"{folder}/search_gallery_{k}.csv"), load(f"{folder}/search_probe_{k}.csv")
    g = {t: template(e) for t, e in gallery.items()}
    p = {t: template(e) for t, e in probes.items()}
    people = {e[0] for e in gallery.values()}
    mated, alarms = [], []
    for t, (subject, _) in probes.items():
        scores = [(similarity(p[t], g[u]), gallery[u][0] == subject) for u in gallery]
        others = [s for s, mate in scores if not mate]
        if subject in people:
            best = max(s for s, mate in scores if mate)
            mated.append((best, 1 + sum(s >= best for s in others)))
        else:
            alarms.append(max(others))
    rule, rows = Conservative(alarms), []
    for x in FPIRS:
        t, errors, k_zero = rule(x)
        found = sum(s > FAILED and s >= t and r <= 1 for s, r in mated)
        rows.append(dict(target=x, rank=1, tpir=found / len(mated), threshold=t, achieved_fpir=errors / len(alarms),
                         false_alarms=errors, mated=len(mated), non_mated=len(alarms), k_zero=k_zero))
    ranks = [dict(rank=n, rate=sum(s > FAILED and r <= n for s, r in mated) / len(mated)) for n in RANKS]
    return dict(gallery=len(g), failed_gallery=sum(v is None for v in g.values()), dropped_gallery=0, probes=len(p),
                failed_probes=sum(v is None for v in p.values()), dropped_probes=0, mated=len(mated), non_mated=len(alarms), ranks=ranks, tpir=rows)


def norm_bins(pairs):
    usable = sorted((p for p in pairs if p[2] is not None), key=lambda p: p[2])
    n, bins = len(usable), []
    for i in range(3):
        group = usable[n * i // 3:n * (i + 1) // 3]
        genuine, impostor = ([s for g, s, _ in group if g is want] for want in (True, False))
        t, _, k_zero = Conservative(impostor)(0.01)
        bins.append(dict(low=group[0][2], high=group[-1][2], genuine=len(genuine), impostor=len(impostor),
                         tar=float(np.mean(np.array(genuine) >= t)), k_zero=k_zero))
    return dict(far=0.01, bins=bins, failed_pairs=len(pairs) - n)


def summary(splits):
    def over(get):
        values = [get(s) for s in splits]
        return dict(mean=float(np.mean(values)), std=float(np.std(values)))
    zeros = lambda get: sum(get(s)["k_zero"] for s in splits)
    tar = [dict(far=x, conservative=over(lambda s: s["verify"]["tar"][i]["conservative"]),
                interp=over(lambda s: s["verify"]["tar"][i]["interp"]), k_zero_splits=zeros(lambda s: s["verify"]["tar"][i]))
           for i, x in enumerate(FARS)]
    ranks = [dict(rank=r, rate=over(lambda s: s["search"]["ranks"][i]["rate"])) for i, r in enumerate(RANKS)]
    tpir = [dict(fpir=x, tpir=over(lambda s: s["search"]["tpir"][i]["tpir"]),
                 k_zero_splits=zeros(lambda s: s["search"]["tpir"][i])) for i, x in enumerate(FPIRS)]
    return dict(tar=tar, ranks=ranks, tpir=tpir)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("dir")
    args.add_argument("--embeddings")
    args.add_argument("--frames", choices=("unit", "raw"), default="unit")
    args.add_argument("--pool", choices=("media", "flat"), default="media")
    a = args.parse_args()
    table = read_embeddings(a.embeddings) if a.embeddings else None
    faces = {}

    def vector_of(row, subject):
        key = face_key(row)
        if key not in faces:
            faces[key] = table.get(key) if table is not None else formula(row["FILE"], subject)
        return faces[key]

    template = lambda entry: make_template(entry, vector_of, a.frames, a.pool)
    splits, pairs = [], []
    for k in range(1, 11):
        one_to_one, one_to_n = f"{a.dir}/IJB-A_11_sets/split{k}", f"{a.dir}/IJB-A_1N_sets/split{k}"
        v, scored = verify(one_to_one, k, template)
        splits.append(dict(split=k, verify=v, search=search(one_to_n, k, template)))
        pairs += scored
        for path in (f"{one_to_one}/train_{k}.csv", f"{one_to_n}/train_{k}.csv"):
            for entry in load(path).values():
                template(entry)
    roc = np.array([s["verify"]["roc"] for s in splits])
    json.dump(dict(pooling=dict(frames=a.frames, det="off", flip="none", pool=a.pool), failures="nist",
                   mode="conservative", fpir_mode="conservative",
                   faces=dict(total=len(faces), failed=sum(v is None for v in faces.values()),
                              centre_cropped=0, zero=sum(v is not None and not v.any() for v in faces.values())), summary=summary(splits),
                   roc=dict(far=GRID, mean=roc.mean(0).tolist(), std=roc.std(0).tolist()), norm_bins=norm_bins(pairs),
                   splits=splits), sys.stdout, indent=None, separators=(",", ":"))
    print()


main()
