// The yardstick: the bytes of a file in memory, and nothing else.
import { readFileSync } from "node:fs";

const read = (path) => ({ arrays: [readFileSync(path)], attributes: 0 });

export const readers = { readFile: { hdf5: read, keras: read, npz: read, safetensors: read } };
