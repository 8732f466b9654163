import type { ByteInput } from "../../src/formats/byte-source.js";
import type { Hdf5Array, Hdf5Reference } from "../../src/formats/hdf5/hdf5-array.js";
import { type Hdf5Dataset, type Hdf5File, type Hdf5Object, openHdf5 } from "../../src/formats/hdf5/index.js";
import type { Limits } from "../../src/formats/limits.js";
import { sizeOf } from "../../src/ndarray.js";
import { addArray, differenceOfPart } from "../arrays.js";
import { type Reading, startReading } from "../reading.js";
import type { OnStep, Outcome } from "../target.js";

/** The name of the file in errors. */
export const hdf5Name = "fuzz.h5";

/** Elements that one reading asks for in all; a caller who reads each of a thousand links to one dataset pays himself. */
const mostElements = 4_000_000;
const mostReferences = 8;
const mostPaths = 8;

interface FileReading extends Reading {
  readonly references: Hdf5Reference[];
  /** The objects whose attributes and values were read, by address. */
  readonly done: Set<number>;
  /** Addresses of objects by their paths: of the first ones, and of the last one. */
  readonly paths: Map<string, number>;
  elements: number;
}

/**
 * Reads everything in an HDF5 file: the tree, all attributes, all datasets whole and in part, what links and references
 * lead to. A part must have the values that the whole has there. With `byName`, some objects are looked for again in a file
 * of which nothing was listed: each is the one that the list has, or is refused.
 */
export async function readAllOfHdf5(
  input: ByteInput,
  onStep: OnStep = () => undefined,
  limits: Partial<Limits> = {},
  byName = false,
): Promise<Outcome> {
  const reading: FileReading = {
    ...startReading(onStep),
    references: [],
    done: new Set(),
    paths: new Map(),
    elements: 0,
  };
  const open = (): Promise<Hdf5File | undefined> =>
    reading.attempt("open", () => openHdf5(input, { name: hdf5Name, limits }));
  const file = await open();
  if (file !== undefined) await readFile(reading, file);
  const unlisted = byName && file !== undefined ? await open() : undefined;
  if (unlisted !== undefined) await findByName(reading, unlisted);
  return reading.outcome();
}

async function readFile(reading: FileReading, file: Hdf5File): Promise<void> {
  const { digest } = reading;
  let last: Hdf5Object | undefined;
  await readObject(reading, file.root);
  await reading.attempt("walk", async () => {
    for await (const object of file.walk()) {
      digest.addText(object.path);
      if (object.kind === "refused") reading.refuse(object.error);
      else if (object.kind === "link") {
        digest.addText(`${object.type} ${object.target}`);
        await readTarget(reading, () => file.get(object.path));
      } else {
        if (reading.paths.size < mostPaths) reading.paths.set(object.path, object.address);
        last = object;
        await readObject(reading, object);
      }
    }
  });
  if (last !== undefined) reading.paths.set(last.path, last.address);
  for (const reference of reading.references) {
    digest.addText(JSON.stringify(reference));
    await readTarget(reading, () => file.follow(reference));
  }
}

async function findByName(reading: FileReading, file: Hdf5File): Promise<void> {
  for (const [path, address] of reading.paths) {
    // A name of one dot counts for nothing in a path.
    if (path.split("/").includes(".")) continue;
    await reading.attempt("find", async () => {
      const found = await file.get(path);
      if (found?.address !== address) reading.broken.push("a name leads to something else than the list has");
    });
  }
}

async function readTarget(reading: FileReading, find: () => Promise<Hdf5Object | undefined>): Promise<void> {
  const target = await reading.attempt("follow", find);
  if (target !== undefined) await readObject(reading, target);
}

async function readObject(reading: FileReading, object: Hdf5Object): Promise<void> {
  reading.digest.addText(`${object.kind} ${object.address}`);
  if (reading.done.has(object.address)) return;
  reading.done.add(object.address);
  const attributes = await reading.attempt("attributes", () => object.attrs());
  for (const [name, array] of attributes ?? []) {
    reading.digest.addText(name);
    addArray(reading.digest, array, reading.references, mostReferences);
  }
  if (object.kind === "dataset") await readDataset(reading, object);
}

async function readDataset(reading: FileReading, dataset: Hdf5Dataset): Promise<void> {
  const { shape, storage } = dataset;
  reading.digest.addText(JSON.stringify([shape, dataset.maxShape, dataset.dtype, dataset.datatype.bytes, storage]));
  const size = sizeOf(shape);
  if (reading.elements + size > mostElements && size < mostElements) return;
  reading.elements += size;
  const whole = await reading.attempt("read", () => dataset.read());
  if (whole !== undefined) addArray(reading.digest, whole, reading.references, mostReferences);
  if (whole?.dtype === "int64" || whole?.dtype === "uint64") await readNumbers(reading, dataset, whole);
  if (shape.length === 0 || shape.includes(0)) return;
  const start = shape.map((extent) => Math.floor(extent / 3));
  const step = shape.map((extent, axis) => (extent > 3 ? 1 + (axis % 2) : 1));
  const count = shape.map((extent, axis) => Math.min(7, Math.ceil((extent - start[axis]!) / step[axis]! / 2)));
  const part = await reading.attempt("read part", () => dataset.read({ start, count, step }));
  if (whole === undefined) return;
  if (part === undefined) reading.broken.push("a part is refused where the whole is read");
  else if (differenceOfPart(whole, part, start, count, step))
    reading.broken.push("a part has other values than the whole");
}

/** Integers of 64 bits as numbers: refused, or the same. */
async function readNumbers(reading: FileReading, dataset: Hdf5Dataset, whole: Hdf5Array): Promise<void> {
  const numbers = await reading.attempt("read numbers", () => dataset.read({ int64: "number" }));
  const exact = whole.data as BigInt64Array | BigUint64Array;
  if (numbers === undefined) return;
  const values = numbers.data as Float64Array;
  if (values.length !== exact.length || exact.some((value, i) => BigInt(values[i]!) !== value)) {
    reading.broken.push("a number stands for another integer");
  }
}
