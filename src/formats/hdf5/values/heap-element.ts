import { Cursor } from "../../cursor.js";
import { readAddress } from "../number-widths.js";
import { expectSize } from "../structure-frame.js";
import type { Decoding } from "./decoding.js";

/** An element of variable length as it is stored: how long it is, and where in the global heap it lies. */
export interface HeapElement {
  readonly count: number;
  readonly address: number;
  readonly index: number;
}

/**
 * Reads the elements of variable-length data by their index, undefined for an empty one: of no length, or at address 0
 * (libhdf5's null) or none.
 */
export function openHeapElements(
  { file, place, offset }: Decoding,
  bytes: Uint8Array,
  elementBytes: number,
): (element: number) => HeapElement | undefined {
  const cursor = new Cursor(bytes, place, offset);
  expectSize(cursor, "variable-length elements", elementBytes, 8 + file.widths.offsets);
  return (element) => {
    cursor.seek(element * elementBytes);
    const count = cursor.uint32();
    if (count === 0) return undefined;
    const address = readAddress(cursor, file.widths);
    return address === undefined || address === 0 ? undefined : { count, address, index: cursor.uint32() };
  };
}

/** The bytes of an element whose parts take `baseBytes` each; `corrupt` where the heap has another number of them. */
export function readHeapBytes({ file, place }: Decoding, element: HeapElement, baseBytes: number): Uint8Array {
  const stored = file.globalHeaps.openObject(file, element.address, element.index, place);
  const wanted = element.count * baseBytes;
  if (stored.length !== wanted) {
    stored.fail("corrupt", `found ${stored.length} bytes in the global heap, wanted the ${wanted}`);
  }
  return stored.bytes(wanted);
}
