import type { NdArray } from "../src/ndarray.js";
import type { Hdf5Array, Hdf5Reference } from "../src/formats/hdf5/hdf5-array.js";
import { entriesOf } from "../src/ndarray.js";
import type { Digest } from "./digest.js";

/** Elements of one array that are looked at one by one. */
const mostElements = 1000;

/** Adds an array to a digest and collects the references in it, `most` of them. */
export function addArray(digest: Digest, array: Hdf5Array | NdArray, references: Hdf5Reference[], most: number): void {
  digest.addText(`${array.dtype} ${array.shape.join()}`);
  if (array.dtype === "compound") {
    for (const [name, field] of array.data) {
      digest.addText(name);
      addArray(digest, field, references, most);
    }
  } else if (ArrayBuffer.isView(array.data)) {
    digest.addBytes(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength));
  } else {
    for (const value of array.data.slice(0, mostElements)) addElement(digest, value, references, most);
  }
}

type Element = string | bigint | Uint8Array | Hdf5Reference | Hdf5Array | null;

function addElement(digest: Digest, value: Element, references: Hdf5Reference[], most: number): void {
  if (value === null || typeof value === "string" || typeof value === "bigint") digest.addText(String(value));
  else if (value instanceof Uint8Array) digest.addBytes(value);
  else if ("dtype" in value) addArray(digest, value, references, most);
  else {
    digest.addText(JSON.stringify(value));
    if (references.length < most) references.push(value);
  }
}

/** Whether a part of an array has another value, shape or type than the whole has there. */
export function differenceOfPart(
  whole: Hdf5Array | NdArray,
  part: Hdf5Array | NdArray,
  start: readonly number[],
  count: readonly number[],
  step: readonly number[],
): boolean {
  if (part.dtype !== whole.dtype || part.shape.slice(0, count.length).join() !== count.join()) return true;
  if (whole.dtype === "compound" || part.dtype === "compound") {
    const wholes = whole.data as ReadonlyMap<string, Hdf5Array>;
    const parts = part.data as ReadonlyMap<string, Hdf5Array>;
    return [...wholes].some(([name, field]) => {
      const other = parts.get(name);
      return other === undefined || differenceOfPart(field, other, start, count, step);
    });
  }
  // The extents of elements that are arrays themselves follow those of the dataset.
  const inner = whole.shape.slice(count.length).reduce((size, extent) => size * extent, entriesOf(whole.dtype));
  let differs = part.data.length !== count.reduce((size, extent) => size * extent, inner);
  for (let index = 0; !differs && index < part.data.length; index++) {
    let rest = Math.floor(index / inner);
    let stride = inner;
    let at = index % inner;
    for (let axis = count.length - 1; axis >= 0; axis--) {
      at += (start[axis]! + (rest % count[axis]!) * step[axis]!) * stride;
      rest = Math.floor(rest / count[axis]!);
      stride *= whole.shape[axis]!;
    }
    differs = !equalElements(whole.data[at], part.data[index]);
  }
  return differs;
}

function equalElements(a: unknown, b: unknown): boolean {
  return typeof a === "object" && a !== null
    ? JSON.stringify(a, asText) === JSON.stringify(b, asText)
    : Object.is(a, b);
}

function asText(_key: string, value: unknown): unknown {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  return value instanceof Map ? [...value] : value;
}
