import { spend } from "../../array-costs.js";
import { Cursor } from "../../cursor.js";
import { decodeText } from "../../escaped-text.js";
import { readSelection } from "../dataspace-selection.js";
import type { Datatype } from "../datatype.js";
import type { Hdf5Reference, Hdf5Region } from "../hdf5-array.js";
import { listRegion } from "../list-region.js";
import { readAddress } from "../number-widths.js";
import { expectSize } from "../structure-frame.js";
import { type Decoding, readElements, type Steps } from "./decoding.js";

type Reference = Hdf5Reference | null;

/** Reads one reference at a cursor on its first byte. */
type ReferenceReader = (decoding: Decoding, cursor: Cursor) => Reference;

type Target = Extract<Datatype, { kind: "reference" }>["target"];

const readers: Readonly<Record<Target, ReferenceReader>> = {
  object: readPointer,
  region: readRegionReference,
  standard: readStandardReference,
};

/** What a reference takes beside an address, and in the memory of libhdf5. */
const sizes: Readonly<Record<Target, readonly [number, number]>> = {
  object: [0, 8],
  region: [4, 12],
  standard: [10, 64],
};

/**
 * References of one of the three kinds that datatypes tell apart. Where libhdf5 gives them what they take in its memory
 * (HDF5 1.10 and earlier always, later ones in sequences), the rest of that is filling: behind each, but for standard
 * ones, which are stored close together.
 */
export function decodeReferences(
  decoding: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
  target: Target,
): Steps<Reference[]> {
  const [beside, most] = sizes[target];
  const least = decoding.file.widths.offsets + beside;
  const cursor = new Cursor(bytes, decoding.place, decoding.offset);
  if (elementBytes < least || elementBytes > most) {
    cursor.fail("corrupt", `found references of ${elementBytes} bytes, wanted ${least}`);
  }
  const stride = target === "standard" ? least : elementBytes;
  return readElements(decoding, bytes.length / elementBytes, (i) => {
    cursor.seek(i * stride);
    return readers[target](decoding, cursor);
  });
}

/** The address of an object header; 0, or none, for one that points nowhere. */
function readPointer(decoding: Decoding, cursor: Cursor): Reference {
  /** About what one takes in memory. */
  const referenceBytes = 100;
  const address = readAddress(cursor, decoding.file.widths);
  if (address === undefined || address === 0) return null;
  spend(decoding, 0, referenceBytes);
  return { address };
}

/** The object of the global heap whose place stands at the cursor; undefined for no place. */
function openStored({ file, place }: Decoding, cursor: Cursor): Cursor | undefined {
  const heap = readAddress(cursor, file.widths);
  if (heap === undefined || heap === 0) return undefined;
  return file.globalHeaps.openObject(file, heap, cursor.uint32(), place);
}

/** The global heap holds for each the address of a dataset and a selection of its elements (specification, VIII.C). */
function readRegionReference(decoding: Decoding, cursor: Cursor): Reference {
  const stored = openStored(decoding, cursor);
  const reference = stored === undefined ? null : readPointer(decoding, stored);
  return reference && { ...reference, region: readRegion(decoding, stored!) };
}

/** What a standard reference is to. */
const objectKind = 2;

/**
 * References of HDF5 1.12 (specification, VIII.B; `H5R__encode` and `H5T__ref_disk_read` of libhdf5): their kind,
 * flags, and either the encoded reference itself, where it is short, or its length and place in the global heap.
 */
function readStandardReference(decoding: Decoding, cursor: Cursor): Reference {
  const kind = cursor.uint8();
  const external = (cursor.uint8() & 0x01) !== 0;
  if (kind === objectKind && !external) return readEncoded(decoding, cursor, kind, external);
  const length = cursor.uint32();
  const encoded = openStored(decoding, cursor);
  if (encoded === undefined) return null;
  expectSize(encoded, "a reference", encoded.length, length);
  return readEncoded(decoding, encoded, kind, external);
}

function readEncoded(decoding: Decoding, cursor: Cursor, kind: number, external: boolean): Reference {
  const regionKind = 3;
  const attributeKind = 4;
  const { offsets } = decoding.file.widths;
  const size = cursor.uint8();
  if (size === 0) return null;
  expectSize(cursor, "a reference", size, offsets);
  const reference = readPointer(decoding, cursor);
  if (reference === null) return null;
  const target = external ? { ...reference, file: readText(decoding, cursor) } : reference;
  switch (kind) {
    case objectKind:
      return target;
    case regionKind: {
      // The length of the selection, and the rank of the dataset, which the selection repeats.
      cursor.skip(8);
      return { ...target, region: readRegion(decoding, cursor) };
    }
    case attributeKind:
      return { ...target, attribute: readText(decoding, cursor) };
    default:
      return cursor.fail("corrupt", `found a reference of kind ${kind}, wanted 2 to 4`);
  }
}

function readText(decoding: Decoding, cursor: Cursor): string {
  const length = cursor.uint16();
  return decodeText(cursor.bytes(length), decoding.place);
}

/** The part of a dataset that a region reference means; the cursor stands on its serialised selection. */
function readRegion(decoding: Decoding, cursor: Cursor): Hdf5Region {
  /** About what a box takes in memory, and a point for each byte of the file. */
  const boxBytes = 500;
  const pointBytes = 32;
  spend(decoding, 0, pointBytes * cursor.remaining);
  const selection = readSelection(cursor);
  return listRegion(selection, (boxes) => spend(decoding, 0, boxBytes * boxes));
}
