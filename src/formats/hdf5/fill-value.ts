import type { Cursor } from "../cursor.js";
import { expectVersion, type FileAccess } from "./file-access.js";
import { findMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";

/**
 * The bytes that stand for an element of storage that was never written; undefined where the file names none, which
 * means zeros. From the Fill Value message, or the old one of HDF5 1.4 where that is alone (specification, IV.A.2.e
 * and IV.A.2.f).
 */
export function readFillValue(
  file: FileAccess,
  header: ObjectHeader,
  elementBytes: number,
  place: string,
): Uint8Array | undefined {
  const message = findMessage(header, messageType.fillValue);
  const old = findMessage(header, messageType.oldFillValue);
  const source = message ?? old;
  if (source === undefined) return undefined;
  const cursor = openMessage(file, source, place);
  const size = message === undefined ? cursor.uint32() : readSize(cursor);
  if (size === 0 || size === undefinedSize) return undefined;
  if (size !== elementBytes) {
    cursor.fail("corrupt", `found a fill value of ${size} bytes, wanted ${elementBytes}, the size of an element`);
  }
  return cursor.bytes(size);
}

/** -1, by which versions 1 and 2 say that the value is undefined. */
const undefinedSize = 0xffff_ffff;

/** The size of the value that follows; 0 where none does. */
function readSize(cursor: Cursor): number {
  const version = expectVersion(cursor, [1, 2, 3], "a fill value");
  if (version === 3) return (cursor.uint8() & 0x20) === 0 ? 0 : cursor.uint32();
  // When space is allocated and when the value is written.
  cursor.skip(2);
  const defined = cursor.uint8() !== 0;
  return version === 2 && !defined ? 0 : cursor.uint32();
}
