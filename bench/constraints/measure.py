"""The contender NumPy: as measure.mjs, with Keras's own formula in float32, the weight changed in place."""

import json
import sys
import time

import numpy as np


def least_time(run, seconds):
    run()
    least, batch, batches, start = float("inf"), 1, 0, time.perf_counter()
    while True:
        before = time.perf_counter()
        for _ in range(batch):
            run()
        after = time.perf_counter()
        least = min(least, (after - before) / batch)
        if after - before < 1e-3:
            batch *= 2
        batches += 1
        spent = after - start
        if spent > 10 * seconds or (spent > seconds and batches >= 20):
            return least


print("ready", np.__version__, flush=True)
for line in sys.stdin:
    wanted = json.loads(line)
    axis = tuple(wanted["axis"])
    size = int(np.prod(wanted["shape"]))
    w = (((np.arange(size) * 7919) % 1009) / 1009 - 0.5).astype("float32").reshape(wanted["shape"])

    def run():
        norms = np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))
        np.multiply(w, np.clip(norms, 0, 2) / (np.float32(1e-7) + norms), out=w)

    print(least_time(run, wanted["seconds"]), flush=True)
