import type { Cursor } from "../cursor.js";
import { expectVersion, type NumberWidths, readAddress, readLength } from "./file-access.js";

/** Where the values of a dataset lie. */
export type DataLayout =
  /** Within the object header. */
  | { readonly kind: "compact"; readonly bytes: Uint8Array; readonly offset: number }
  /** In one stretch of `size` bytes; without an address where nothing was ever written. */
  | { readonly kind: "contiguous"; readonly address: number | undefined; readonly size: number }
  | { readonly kind: "chunked" }
  /** In datasets of other files. */
  | { readonly kind: "virtual" };

/** Reads a Data Layout message (specification, IV.A.2.i). Versions 1 and 2 ended with HDF5 1.6.2 in 2005. */
export function readDataLayout(cursor: Cursor, widths: NumberWidths): DataLayout {
  expectVersion(cursor, [3, 4, 5], "a data layout");
  const layoutClass = cursor.uint8();
  switch (layoutClass) {
    case 0: {
      const size = cursor.uint16();
      return { kind: "compact", offset: cursor.base + cursor.position, bytes: cursor.bytes(size) };
    }
    case 1:
      return { kind: "contiguous", address: readAddress(cursor, widths), size: readLength(cursor, widths) };
    case 2:
      return { kind: "chunked" };
    case 3:
      return { kind: "virtual" };
    default:
      return cursor.fail("corrupt", `found the layout class ${layoutClass}, wanted 0 to 3`);
  }
}
