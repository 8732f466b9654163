import { Cursor } from "../../cursor.js";
import { decodeText } from "../../escaped-text.js";
import { type FileAccess, readAddress } from "../file-access.js";
import { openObject, refuseLink } from "../find-object.js";
import type { Hdf5Reference } from "../hdf5-array.js";
import type { Hdf5Object } from "../hdf5-object.js";
import { type Decoding, readElements, spend, type Steps } from "./decoding.js";
import { readRegion } from "./region.js";

type Reference = Hdf5Reference | null;

/** The addresses of object headers; 0, or none, for one that points nowhere. */
export function decodeObjectReferences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
): Steps<Reference[]> {
  const cursor = openElements(decoding, bytes, elementBytes, decoding.file.widths.offsets);
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    cursor.seek(i * elementBytes);
    const address = readAddress(cursor, decoding.file.widths);
    return address === undefined || address === 0 ? null : referenceTo(decoding, address);
  });
}

/** The global heap holds for each the address of a dataset and the selection of its elements. */
export function decodeRegionReferences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
): Steps<Reference[]> {
  const { file, place } = decoding;
  const cursor = openElements(decoding, bytes, elementBytes, file.widths.offsets + 4);
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    cursor.seek(i * elementBytes);
    const heap = readAddress(cursor, file.widths);
    if (heap === undefined || heap === 0) return null;
    const stored = file.globalHeaps.openObject(file, heap, cursor.uint32(), place);
    const address = readAddress(stored, file.widths);
    if (address === undefined || address === 0) return null;
    return { ...referenceTo(decoding, address), region: readRegion(decoding, stored) };
  });
}

const kinds = { object: 2, region: 3, attribute: 4 };

/**
 * References of HDF5 1.12 (`H5R__encode` and `H5T__ref_disk_read`; the specification has no section for them): their
 * kind, flags, and either the encoded reference itself, where it is short, or its length and place in the global heap.
 */
export function decodeStandardReferences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
): Steps<Reference[]> {
  /** What one takes in the memory of libhdf5; some files give them as much. */
  const maxStandardBytes = 64;
  const { file, place } = decoding;
  const cursor = openElements(decoding, bytes, elementBytes, file.widths.offsets + 10, maxStandardBytes);
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    cursor.seek(i * elementBytes);
    const kind = cursor.uint8();
    const external = (cursor.uint8() & 0x01) !== 0;
    let encoded = cursor;
    if (kind !== kinds.object || external) {
      const length = cursor.uint32();
      const heap = readAddress(cursor, file.widths);
      if (heap === undefined || heap === 0) return null;
      encoded = file.globalHeaps.openObject(file, heap, cursor.uint32(), place);
      if (encoded.length !== length)
        encoded.fail("corrupt", `found a reference of ${encoded.length} bytes, wanted ${length}`);
    }
    return readEncoded(decoding, encoded, kind, external);
  });
}

function readEncoded(decoding: Decoding, cursor: Cursor, kind: number, external: boolean): Reference {
  const { widths } = decoding.file;
  const size = cursor.uint8();
  if (size === 0) return null;
  if (size !== widths.offsets) cursor.fail("corrupt", `found a reference of ${size} bytes, wanted ${widths.offsets}`);
  const address = readAddress(cursor, widths);
  if (address === undefined || address === 0) return null;
  const reference = referenceTo(decoding, address);
  const target = external ? { ...reference, file: readText(decoding, cursor) } : reference;
  switch (kind) {
    case kinds.object:
      return target;
    case kinds.region: {
      // The length of the selection, and the rank of the dataset, which the selection repeats.
      cursor.skip(8);
      return { ...target, region: readRegion(decoding, cursor) };
    }
    case kinds.attribute:
      return { ...target, attribute: readText(decoding, cursor) };
    default:
      return cursor.fail("corrupt", `found a reference of kind ${kind}, wanted 2 to 4`);
  }
}

function readText(decoding: Decoding, cursor: Cursor): string {
  const length = cursor.uint16();
  return decodeText(cursor.bytes(length), decoding.place);
}

function referenceTo(decoding: Decoding, address: number): Hdf5Reference {
  /** About what one takes in memory. */
  const referenceBytes = 100;
  spend(decoding, referenceBytes);
  return { address };
}

function openElements(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
  least: number,
  most = least,
): Cursor {
  const cursor = new Cursor(bytes, decoding.place);
  if (elementBytes >= least && elementBytes <= most) return cursor;
  return cursor.fail("corrupt", `found references of ${elementBytes} bytes, wanted ${least}`);
}

/** The object that a reference means, as `Hdf5File.follow` documents. */
export async function followReference(file: FileAccess, reference: Hdf5Reference): Promise<Hdf5Object> {
  const { address } = reference;
  const path = `/@${address}`;
  if (reference.file !== undefined)
    throw refuseLink(file, path, { kind: "external", file: reference.file, target: path }, file.base);
  return file.pages.run(() => openObject(file, address, path));
}
