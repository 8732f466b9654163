// The readers of this project, as it was last built.
import { readFileSync } from "node:fs";
import { openNpz, openSafetensors, openZip } from "kerasproof/formats";
import { openFile } from "kerasproof/formats/node";
import { openHdf5 } from "kerasproof/hdf5";

/** The whole tree with its attributes, then all values at once, which lets the requests be put together. */
async function readHdf5(input) {
  const file = await openHdf5(input);
  const datasets = [];
  let attributes = 0;
  for await (const object of file.walk()) {
    attributes += (await object.attrs()).size;
    if (object.kind === "dataset") datasets.push(object);
  }
  const values = await Promise.all(datasets.map((dataset) => dataset.read()));
  return { arrays: values.map(({ data }) => data), attributes };
}

/** The same, each dataset as the walk comes to it. */
async function readHdf5OneByOne(input) {
  const file = await openHdf5(input);
  const arrays = [];
  let attributes = 0;
  for await (const object of file.walk()) {
    attributes += (await object.attrs()).size;
    if (object.kind === "dataset") arrays.push((await object.read()).data);
  }
  return { arrays, attributes };
}

async function readKeras(input) {
  const archive = await openZip(input);
  return readHdf5(await archive.source("model.weights.h5"));
}

async function readNpz(input) {
  const archive = await openNpz(input);
  const arrays = [];
  for (const name of archive.names) arrays.push((await archive.read(name)).data);
  return { arrays, attributes: 0 };
}

async function readSafetensors(input) {
  const file = await openSafetensors(input);
  const arrays = await Promise.all(file.names.map((name) => file.get(name).read()));
  return { arrays: arrays.map(({ data }) => data), attributes: 0 };
}

/** Reads through a file descriptor: only what is asked for. */
function fromFile(read) {
  return async (path) => {
    const source = await openFile(path);
    try {
      return await read(source);
    } finally {
      await source.close();
    }
  };
}

export const readers = {
  kerasproof: {
    hdf5: fromFile(readHdf5),
    keras: fromFile(readKeras),
    npz: fromFile(readNpz),
    safetensors: fromFile(readSafetensors),
  },
  "kerasproof one by one": { hdf5: fromFile(readHdf5OneByOne) },
  "kerasproof memory": {
    // The clock starts when the bytes are in memory.
    prepare: (path) => readFileSync(path),
    hdf5: readHdf5,
    keras: readKeras,
    npz: readNpz,
    safetensors: readSafetensors,
  },
};
