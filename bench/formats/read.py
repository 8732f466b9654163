"""Reads a file whole with h5py (or NumPy) and prints what it cost, as measure.mjs does.

    python read.py FORMAT PATH
"""

import io
import json
import resource
import sys
import time
import zipfile

import h5py
import numpy as np


def read_hdf5(file):
    arrays = []
    attributes = 0

    def visit(group):
        nonlocal attributes
        for item in group.values():
            attributes += len(dict(item.attrs))
            if isinstance(item, h5py.Group):
                visit(item)
            else:
                arrays.append(item[()])

    with h5py.File(file, "r") as opened:
        visit(opened)
    return arrays, attributes


def read_keras(path):
    """As `keras.saving` does."""
    with zipfile.ZipFile(path) as archive:
        return read_hdf5(io.BytesIO(archive.read("model.weights.h5")))


def read_npz(path):
    with np.load(path) as archive:
        return [archive[name] for name in archive.files], 0


def resident_bytes(kind):
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(kind + ":"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(form, path):
    before = resident_bytes("VmRSS")
    cpu = time.process_time()
    started = time.perf_counter()
    arrays, attributes = {"hdf5": read_hdf5, "keras": read_keras, "npz": read_npz}[form](path)
    milliseconds = (time.perf_counter() - started) * 1000
    spent = (time.process_time() - cpu) * 1000
    peak = resident_bytes("VmHWM") - before
    ends = [float(array.flat[0]) + float(array.flat[-1]) for array in arrays]
    count = sum(array.size for array in arrays)
    print(
        json.dumps(
            {"ms": milliseconds, "cpu": spent, "peak": peak, "values": count, "sum": sum(ends), "attributes": attributes}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
