import { KerasProofError } from "../../errors.js";
import type { DType, NdArray } from "../../ndarray.js";
import { Cursor } from "../cursor.js";
import { decodeNumbers } from "../number-values.js";
import { decodeUtf8 } from "../utf8.js";
import { countElements } from "./dataspace.js";
import type { Datatype, StringPadding } from "./datatype.js";
import { type FileAccess, readAddress } from "./file-access.js";

/** The element type under which values of a datatype are handed out; `unsupported-hdf5` where there is none. */
export function dtypeOf(datatype: Datatype, place: string): DType {
  switch (datatype.kind) {
    case "number":
      return datatype.dtype;
    case "fixed-string":
    case "variable-string":
      return "string";
    case "opaque":
      throw refusal(place, `opaque data of ${datatype.bytes} bytes without a mark that says what it is`);
    default:
      throw refusal(place, datatype.feature);
  }
}

/** The bytes that the values of a shape take; `limit` where they are more than a caller allows. */
export function countBytes(file: FileAccess, datatype: Datatype, shape: readonly number[], place: string): number {
  const bytes = countElements(shape) * datatype.bytes;
  if (bytes <= file.limits.arrayBytes) return bytes;
  throw new KerasProofError(
    "limit",
    place,
    `found the shape [${shape.join(", ")}] of ${bytes} bytes, wanted at most ${file.limits.arrayBytes} bytes`,
  );
}

/**
 * Turns stored bytes, as many as `countBytes` says, into values in memory of their own. Texts of fixed length lose
 * their padding, texts of variable length end at their first zero byte, both as h5py reads them; all are UTF-8,
 * whatever character set the file names, because h5py writes UTF-8 under the name of ASCII. Only within
 * `PagedBytes.run`, since texts of variable length lie elsewhere in the file.
 */
export function decodeValues(
  file: FileAccess,
  bytes: Uint8Array,
  datatype: Datatype,
  shape: readonly number[],
  place: string,
): NdArray {
  const dtype = dtypeOf(datatype, place);
  switch (datatype.kind) {
    case "number":
      return { dtype, shape, data: decodeNumbers(bytes, datatype.dtype, datatype.byteOrder) };
    case "fixed-string":
      return { dtype, shape, data: decodeFixedTexts(bytes, datatype.bytes, datatype.padding, place) };
    default:
      return { dtype, shape, data: decodeVariableTexts(file, bytes, datatype.bytes, place) };
  }
}

function refusal(place: string, found: string): KerasProofError {
  return new KerasProofError("unsupported-hdf5", place, `found ${found}, wanted numbers, bool or text`);
}

function decodeFixedTexts(bytes: Uint8Array, length: number, padding: StringPadding, place: string): string[] {
  const texts: string[] = [];
  for (let start = 0; start < bytes.length; start += length) {
    const stored = bytes.subarray(start, start + length);
    texts.push(decodeUtf8(stored.subarray(0, textLength(stored, padding)), place));
  }
  return texts;
}

function textLength(stored: Uint8Array, padding: StringPadding): number {
  if (padding === "null-terminated") {
    const end = stored.indexOf(0);
    return end < 0 ? stored.length : end;
  }
  const filler = padding === "null-padded" ? 0x00 : 0x20;
  let end = stored.length;
  while (end > 0 && stored[end - 1] === filler) end -= 1;
  return end;
}

/**
 * Each element is a length, the address of a collection of the global heap and an index in it. An object that many
 * elements name is decoded once, so that a small file cannot claim a large memory.
 */
function decodeVariableTexts(file: FileAccess, bytes: Uint8Array, elementBytes: number, place: string): string[] {
  const cursor = new Cursor(bytes, place);
  if (elementBytes !== 8 + file.widths.offsets) {
    cursor.fail("corrupt", `found text elements of ${elementBytes} bytes, wanted ${8 + file.widths.offsets}`);
  }
  const known = new Map<string, string>();
  const texts: string[] = [];
  while (cursor.remaining > 0) {
    const length = cursor.uint32();
    const address = readAddress(cursor, file.widths);
    const index = cursor.uint32();
    if (length === 0 || address === undefined) {
      texts.push("");
      continue;
    }
    const object = file.globalHeaps.readObject(file, address, index, place);
    if (length !== object.length) {
      cursor.fail("corrupt", `found a text of ${object.length} bytes, wanted the ${length} its element says`);
    }
    const key = `${address} ${index}`;
    const text = known.get(key) ?? decodeUtf8(object.subarray(0, textLength(object, "null-terminated")), place);
    known.set(key, text);
    texts.push(text);
  }
  return texts;
}
