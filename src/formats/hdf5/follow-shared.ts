import type { Cursor } from "../cursor.js";
import type { FileAccess } from "./file-access.js";
import { readDefinedAddress } from "./number-widths.js";
import { findMessage, readObjectHeader } from "./object-header.js";
import { expectVersion } from "./structure-frame.js";

/** Reads Shared Message information (specification, IV.A.2, "Shared Message"). */
export function followShared(file: FileAccess, cursor: Cursor, type: number): Cursor {
  /** The kind of sharing by which a message lies in a heap of shared messages. */
  const inHeap = 1;
  const version = expectVersion(cursor, [1, 2, 3], "shared message information");
  const kind = cursor.uint8();
  if (version === 3 && kind === inHeap) return openHeapMessage(file, cursor, type);
  // Version 1 has a whole symbol table entry here: the offset of a name stands before the address.
  if (version === 1) cursor.skip(6 + file.widths.lengths);
  const address = readDefinedAddress(cursor, file.widths, "a shared message");
  const message = findMessage(readObjectHeader(file, address, cursor.name), type);
  if (message === undefined || message.shared) {
    return cursor.fail("corrupt", `found no message of type ${type} in the header at ${address}, wanted one`);
  }
  message.body.seek(0);
  return message.body.window(message.body.length, cursor.name);
}

/** The message of a type that a heap ID at the cursor means, in the heap of shared messages of that type. */
export function openHeapMessage(file: FileAccess, id: Cursor, type: number): Cursor {
  const openHeap = file.sharedMessages.get(type);
  if (openHeap === undefined) return id.fail("corrupt", `found a shared message of type ${type}, wanted a heap for it`);
  const message = openHeap().readObject(id.window(8));
  return message.window(message.remaining, id.name);
}
