"""Templates by every pooling, computed a second time with numpy in plain loops.

    python reference_pooling.py > expected_poolings.json

Four faces of five numbers, their mirror images and scores come from a formula that tests/poolings.rs repeats; one template of two
media (faces 0, 1, 2 and face 3). Made with numpy 2.4.6. With a seed as argument they are other numbers, as in tests/peers/poolings.rs.
"""
import itertools, json, sys
import numpy as np

FACES, DIM = 4, 5
MEDIA = [[0, 1, 2], [3]]
SCORES = [np.float32(s) for s in (0.95, 0.5, 0.0625, 1.0)]
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else None


def uniform(key, d):
    mask = 2**64 - 1
    z = (SEED * 1000003 + key + (d + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return ((z ^ (z >> 31)) >> 11) / 2.0**53


if SEED is not None:
    SCORES = [np.float32(uniform(1000, face)) for face in range(FACES)]


def value(face, d, mirrored):
    if SEED is not None:
        return np.float32(8 * uniform(10 * face + mirrored, d) - 4)
    k = face * 31 + d * 17 + (7 if mirrored else 0)
    return np.float32((k * k % 101 - 50) / 16 * (face + 1))


def plain(face):
    return np.array([value(face, d, False) for d in range(DIM)], dtype=np.float32)


def mirror(face):
    return np.array([value(face, d, True) for d in range(DIM)], dtype=np.float32)


def face_vector(face, frames, det, flip):
    v = plain(face)
    if flip == "sum":
        v = v + mirror(face)
    if flip == "concat":
        v = np.concatenate([v, mirror(face)])
    v = v.astype(np.float64)
    length = np.linalg.norm(v)
    if frames == "unit":
        v = v / length
    return (v * float(SCORES[face]) if det == "on" else v), length


def quality(p):
    return 7.0 if p == 1 else min(0.5 * np.log(p / (1 - p)), 7.0)


def template(frames, det, flip, pool):
    made = {f: face_vector(f, frames, det, flip) for m in MEDIA for f in m}
    if pool == "media":
        mean = np.mean([np.mean([made[f][0] for f in m], axis=0) for m in MEDIA], axis=0)
    elif pool == "flat":
        mean = np.mean([made[f][0] for f in made], axis=0)
    else:
        lam = float(pool.split(":")[1])
        power = np.array([np.exp(lam * quality(float(SCORES[f]))) for f in made])
        mean = (power / power.sum()) @ np.array([made[f][0] for f in made])
    return dict(vector=(mean / np.linalg.norm(mean)).tolist(), feature_norm=float(np.mean([made[f][1] for f in made])))


names = itertools.product(("unit", "raw"), ("off", "on"), ("none", "sum", "concat"), ("media", "flat", "quality:0.3", "quality:2"))
print(json.dumps({f"frames={a},det={b},flip={c},pool={d}": template(a, b, c, d) for a, b, c, d in names}))
