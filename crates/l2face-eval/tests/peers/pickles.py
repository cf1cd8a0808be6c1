"""Reads FOLDER/ours.bin as InsightFace's script does, prints what is in it, and writes the same as theirs-N.bin in other forms.

    python pickles.py FOLDER
"""
import json, pickle, sys
import numpy as np

folder = sys.argv[1]
with open(f"{folder}/ours.bin", "rb") as f:
    bins, issame = pickle.load(f, encoding="bytes")
forms = [(bins, issame, p) for p in range(3, 6)]
forms += [([np.frombuffer(b, np.uint8) for b in bins], [np.bool_(s) for s in issame], p) for p in range(6)]
forms += [(tuple(bins), np.array(issame), p) for p in range(3, 6)]
for n, (images, same, protocol) in enumerate(forms):
    with open(f"{folder}/theirs-{n}.bin", "wb") as f:
        pickle.dump((images, same), f, protocol)
print(json.dumps({"same": issame, "sizes": [len(b) for b in bins],
                  "sums": [sum(b) for b in bins], "forms": len(forms)}))
