import type { FileAccess } from "./file-access.js";
import { fillValueMessage, oldFillValueMessage } from "./message-type.js";
import { findMessage, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { expectSize, expectVersion } from "./structure-frame.js";

/**
 * The bytes that stand for an element of storage that was never written; undefined for zeros, which is also what
 * h5py gives where the file has no value. From the Fill Value message, or the old one of HDF5 1.4 where that is alone
 * (specification, IV.A.2.e and IV.A.2.f). Only within `PagedBytes.run`.
 */
export function readFillValue(
  file: FileAccess,
  header: ObjectHeader,
  elementBytes: number,
  place: string,
): Uint8Array | undefined {
  /** -1, by which versions 1 and 2 say that the value is undefined. */
  const undefinedSize = 0xffff_ffff;
  /** The time at which fill values are written that means "never": libhdf5 then does not hand them out either. */
  const never = 1;
  const message = findMessage(header, fillValueMessage);
  const old = findMessage(header, oldFillValueMessage);
  const source = message ?? old;
  if (source === undefined) return undefined;
  const cursor = openMessage(file, source, place);
  if (message !== undefined) {
    const version = expectVersion(cursor, [1, 2, 3], "a fill value");
    // When space is taken (2 bits), when the value is written (2 bits), …, whether a value follows (bit 5).
    const flags = version === 3 ? cursor.uint8() : 0;
    if (version < 3) cursor.skip(1);
    const time = version === 3 ? (flags >> 2) & 0x03 : cursor.uint8();
    const defined = version === 3 ? (flags & 0x20) !== 0 : cursor.uint8() !== 0 || version === 1;
    if (!defined || time === never) return undefined;
  }
  const size = cursor.uint32();
  if (size === 0 || size === undefinedSize) return undefined;
  expectSize(cursor, "a fill value", size, elementBytes);
  const value = cursor.bytes(size);
  return value.some((byte) => byte !== 0) ? value : undefined;
}

/** Writes an element again and again until the bytes, a whole number of elements, are full. */
export function fillWith(bytes: Uint8Array, element: Uint8Array): void {
  bytes.set(element.subarray(0, bytes.length));
  for (let done = element.length; done < bytes.length; done *= 2) {
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done));
  }
}
