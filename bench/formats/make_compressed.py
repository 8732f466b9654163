"""Writes a file of shuffled and deflated chunks, which h5wasm cannot write.

    python make_compressed.py PATH COUNT ROWS

COUNT datasets of 10 MB of float32, chunks of ROWS rows of 4 kB. The numbers have the precision of float16, so that they compress to
about a half, as rounded weights do.
"""

import sys

import h5py
import numpy as np


def main(path: str, count: str, rows: str) -> None:
    random = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        for index in range(int(count)):
            values = random.standard_normal((2500, 1000)).astype(np.float16).astype(np.float32)
            file.create_dataset(f"tensor_{index}", data=values, chunks=(int(rows), 1000), compression="gzip", shuffle=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
