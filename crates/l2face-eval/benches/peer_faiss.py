"""The same search with faiss: IndexFlatIP, f32.

    python peer_faiss.py PROBES GALLERY DIM K [THREADS]
"""
import sys, time
import faiss, numpy as np

probes, gallery, dim, k, threads = [int(a) for a in sys.argv[1:]] + [1000, 100_000, 128, 50, 2][len(sys.argv) - 1:]
faiss.omp_set_num_threads(threads)
rng = np.random.default_rng(1)


def unit(x):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


base = unit(rng.standard_normal((gallery, dim), dtype=np.float32))
asked = unit(rng.standard_normal((probes, dim), dtype=np.float32))
index = faiss.IndexFlatIP(dim)
index.add(base)
print(f"faiss {faiss.__version__}, {threads} threads: {probes} probes x {gallery} rows x {dim}, top {k}")
for _ in range(3):
    start, used = time.perf_counter(), time.process_time()
    index.search(asked, k)
    took = time.perf_counter() - start
    print(f"IndexFlatIP {took:8.3f} s wall {time.process_time() - used:8.2f} s of processors")
    if took > 8:
        break
