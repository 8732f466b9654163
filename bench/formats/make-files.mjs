// Writes the files that are measured, all but one with h5wasm, in the version of the format that h5py and Keras use.
import { spawnSync } from "node:child_process";
import { openSync, readFileSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as h5wasm from "h5wasm/node";
import { writeStoredZip } from "./stored-zip.mjs";

const tensors = 48;

/** Writes the files named into a folder; those that only h5py can write are left out where there is no Python. */
export async function makeFiles(folder, wanted, python) {
  await h5wasm.ready;
  for (const name of wanted) await makers[name](join(folder, name), python);
}

const makers = {
  "contiguous-100.h5": (path) => writeHdf5(path, (file) => addTensors(file, 1e8)),
  "contiguous-1000.h5": (path) => writeHdf5(path, (file) => addTensors(file, 1e9)),
  "keras-5000.h5": (path) => writeHdf5(path, addLayers),
  "flat-5000.h5": (path) =>
    writeHdf5(path, (file) => {
      for (let index = 0; index < 5000; index++) addTensor(file, `tensor_${index}`, [16, 8], index);
    }),
  "gzip-100.h5": (path, python) => writeCompressed(path, python, 10, 250),
  "gzip-16k.h5": (path, python) => writeCompressed(path, python, 10, 4),
  "gzip-1000.h5": (path, python) => writeCompressed(path, python, 100, 250),
  "model.keras": (path) => {
    const weights = `${path}.h5`;
    writeHdf5(weights, (file) => addTensors(file, 1e8));
    writeStoredZip(path, [
      ["metadata.json", Buffer.from('{"keras_version": "3.15.0"}')],
      ["config.json", Buffer.from("{}")],
      ["model.weights.h5", readFileSync(weights)],
    ]);
  },
  "arrays.npz": (path) => {
    const length = Math.floor(1e8 / 4 / tensors);
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${length},), }`.padEnd(117) + "\n";
    const start = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.from(header)]);
    const names = Array.from({ length: tensors }, (_, index) => `arr_${index}.npy`);
    writeStoredZip(
      path,
      names.map((name, index) => [name, Buffer.concat([start, asBytes(values(length, index))])]),
    );
  },
  "model.safetensors": (path) => {
    const length = Math.floor(1e8 / 4 / tensors);
    const entries = Array.from({ length: tensors }, (_, index) => [
      `tensor_${index}`,
      { dtype: "F32", shape: [length], data_offsets: [index * length * 4, (index + 1) * length * 4] },
    ]);
    const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    const file = openSync(path, "w");
    for (const part of [size, header]) writeSync(file, part);
    for (let index = 0; index < tensors; index++) writeSync(file, asBytes(values(length, index)));
    closeSync(file);
  },
};

function writeCompressed(path, python, count, rows) {
  if (python === undefined) return;
  const script = fileURLToPath(new URL("make_compressed.py", import.meta.url));
  const { status } = spawnSync(python, [script, path, String(count), String(rows)], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
}

function writeHdf5(path, add) {
  const file = new h5wasm.File(path, "w", { libver: ["earliest", "latest"] });
  add(file);
  file.close();
}

function addTensors(file, bytes) {
  const rows = Math.floor(bytes / 4 / tensors / 512);
  for (let index = 0; index < tensors; index++) addTensor(file, `tensor_${index}`, [rows, 512], index);
}

/** `layers/dense_7/vars/0`, with the name of the layer at `vars`, as Keras 3.8 and later write it. */
function addLayers(file) {
  const layers = file.create_group("layers");
  for (let index = 0; index < 2500; index++) {
    const name = `dense_${index}`;
    const variables = layers.create_group(name).create_group("vars");
    variables.create_attribute("name", name);
    addTensor(variables, "0", [16, 8], index);
    addTensor(variables, "1", [8], index);
  }
}

function addTensor(group, name, shape, seed) {
  const length = shape.reduce((product, extent) => product * extent, 1);
  group.create_dataset({ name, shape, data: values(length, seed), dtype: "<f4" });
}

/** Numbers without a pattern, none of them zero. */
function values(length, seed) {
  const data = new Float32Array(length);
  let state = seed + 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[index] = (state + 1) / 2 ** 32;
  }
  return data;
}

function asBytes(array) {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
