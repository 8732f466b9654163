// What runs in the page: one reading of one file, timed.
import { openHttp } from "kerasproof/formats";
import { openHdf5 } from "kerasproof/hdf5";

/** The readers by name; each is given a `File`, or the address of one. */
const readers = {
  arrayBuffer: async (file) => [new Uint8Array(await file.arrayBuffer())],
  kerasproof: readAll,
  fetch: async (address) => [new Uint8Array(await (await fetch(address)).arrayBuffer())],
  "kerasproof, ranges": async (address) => readAll(await openHttp(address)),
  "kerasproof, one tensor": async (address) => {
    const file = await openHdf5(await openHttp(address));
    const dataset = await file.get("tensor_17");
    return [(await dataset.read()).data];
  },
};

async function readAll(input) {
  const file = await openHdf5(input);
  const datasets = [];
  for await (const object of file.walk()) {
    await object.attrs();
    if (object.kind === "dataset") datasets.push(object);
  }
  const values = await Promise.all(datasets.map((dataset) => dataset.read()));
  return values.map(({ data }) => data);
}

/** Reads the file of the page's input, or the one at an address. */
globalThis.measure = async (reader, address) => {
  const input = address ?? document.querySelector("input").files[0];
  const started = performance.now();
  const arrays = await readers[reader](input);
  const ms = performance.now() - started;
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  globalThis.kept = arrays;
  return { ms, bytes };
};
