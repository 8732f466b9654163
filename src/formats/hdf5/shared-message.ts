import { Cursor } from "../cursor.js";
import { expectVersion, type FileAccess, readDefinedAddress } from "./file-access.js";
import { findMessage, type HeaderMessage, readObjectHeader } from "./object-header.js";

/** The kind of sharing by which a message lies in the heap of shared messages. */
const inHeap = 1;

/**
 * A fresh cursor over a message's body. A body that several objects share is fetched from where it lies: from the
 * header of a committed datatype. `unsupported-hdf5` for one of the table of shared messages.
 * Only within `PagedBytes.run`.
 */
export function openMessage(file: FileAccess, message: HeaderMessage, place: string): Cursor {
  const cursor = new Cursor(message.bytes, place, message.offset);
  return message.shared ? openShared(file, cursor, message.type, place) : cursor;
}

/**
 * The body of the message of a type that a Shared Message (specification, IV.A.2.p "Shared Message Information") at the
 * cursor points to. One that is shared itself is `corrupt`, so a loop cannot be followed.
 */
function openShared(file: FileAccess, cursor: Cursor, type: number, place: string): Cursor {
  const version = expectVersion(cursor, [1, 2, 3], "shared message information");
  const kind = cursor.uint8();
  if (version === 3 && kind === inHeap) cursor.fail("unsupported-hdf5", "found a message of the table of shared ones");
  // Version 1 has a whole symbol table entry here: the offset of a name stands before the address.
  if (version === 1) cursor.skip(6 + file.widths.lengths);
  const address = readDefinedAddress(cursor, file.widths, "a shared message");
  const message = findMessage(readObjectHeader(file, address, place), type);
  if (message === undefined || message.shared) {
    return cursor.fail("corrupt", `found no message of type ${type} in the object header at ${address}, wanted one`);
  }
  return new Cursor(message.bytes, place, message.offset);
}
