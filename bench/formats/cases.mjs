// What is measured: each case is one file, read whole by several readers.

/**
 * @typedef {object} Case
 * @property {string} id The name for `--only`.
 * @property {string} title What the table says.
 * @property {string} file The file that `make-files.mjs` writes for it.
 * @property {"hdf5" | "keras" | "npz" | "safetensors"} format What the readers take it for.
 * @property {readonly string[]} readers Names of `readers.mjs`; the first is what the others are divided by.
 * @property {number} rounds How often each reader runs.
 * @property {string} target What is wanted of `kerasproof`.
 */

const all = ["readFile", "kerasproof", "kerasproof memory", "h5py", "h5wasm", "jsfive"];
const small = ["h5py", "kerasproof", "kerasproof one by one", "kerasproof memory", "h5wasm", "jsfive"];

/** @type {readonly Case[]} */
export const cases = [
  {
    id: "contiguous-100",
    title: "100 MB of float32, 48 tensors",
    file: "contiguous-100.h5",
    format: "hdf5",
    readers: all,
    rounds: 15,
    target: "≤ 1.2 × readFile",
  },
  {
    id: "contiguous-1000",
    title: "1 GB of float32, 48 tensors",
    file: "contiguous-1000.h5",
    format: "hdf5",
    readers: all,
    rounds: 7,
    target: "≤ 1.2 × readFile",
  },
  {
    id: "keras-5000",
    title: "5,000 small tensors as Keras 3 lays them out",
    file: "keras-5000.h5",
    format: "hdf5",
    readers: small,
    rounds: 15,
    target: "≤ 0.3 × h5py",
  },
  {
    id: "flat-5000",
    title: "5,000 small tensors in one group",
    file: "flat-5000.h5",
    format: "hdf5",
    readers: small,
    rounds: 15,
    target: "",
  },
  {
    id: "gzip-100",
    title: "100 MB of float32, shuffled and deflated, chunks of 1 MB",
    file: "gzip-100.h5",
    format: "hdf5",
    readers: ["h5py", "kerasproof", "kerasproof memory", "h5wasm", "jsfive"],
    rounds: 9,
    target: "≤ 1 × h5py",
  },
  {
    id: "gzip-16k",
    title: "100 MB of the same, chunks of 16 kB",
    file: "gzip-16k.h5",
    format: "hdf5",
    readers: ["h5py", "kerasproof", "kerasproof memory"],
    rounds: 5,
    target: "≤ 1 × h5py",
  },
  {
    id: "gzip-1000",
    title: "1 GB of the same, chunks of 1 MB",
    file: "gzip-1000.h5",
    format: "hdf5",
    readers: ["h5py", "kerasproof", "kerasproof one by one", "kerasproof memory"],
    rounds: 3,
    target: "≤ 1 × h5py",
  },
  {
    id: "keras-100",
    title: "`.keras` with 100 MB of weights",
    file: "model.keras",
    format: "keras",
    readers: ["readFile", "kerasproof", "kerasproof memory", "h5py"],
    rounds: 15,
    target: "",
  },
  {
    id: "npz-100",
    title: "NPZ with 100 MB of float32, 48 arrays",
    file: "arrays.npz",
    format: "npz",
    readers: ["readFile", "kerasproof", "kerasproof memory", "h5py"],
    rounds: 15,
    target: "",
  },
  {
    id: "safetensors-100",
    title: "safetensors with 100 MB of float32, 48 tensors",
    file: "model.safetensors",
    format: "safetensors",
    readers: ["readFile", "kerasproof", "kerasproof memory"],
    rounds: 15,
    target: "",
  },
];
