import type { Cursor } from "../cursor.js";
import type { StructureOwner } from "./claims.js";
import { walkDenseStorage } from "./dense-storage.js";
import { openHeapMessage } from "./follow-shared.js";
import type { FractalHeap } from "./fractal-heap.js";
import type { HeaderMessage, StoredMessage } from "./header-message.js";
import { attributeMessage } from "./message-type.js";
import { openMessage } from "./shared-message.js";
import { expectVersion } from "./structure-frame.js";

/**
 * The attributes in a heap where an Attribute Info message (specification, IV.A.2.v) leads to one, undefined where they
 * stand in the header. They are found by the index of their names, whose records (III.A.2, type 8)
 * are a heap ID, flags, a creation index and a hash. What is returned is for `PagedBytes.run`: when it is started again
 * it goes on where it was interrupted.
 */
export function walkDenseAttributes(object: StructureOwner, info: StoredMessage): (() => HeaderMessage[]) | undefined {
  /** The type of the B-tree that finds attributes by the hashes of their names. */
  const nameIndexType = 8;
  /** The length of the heap ID of an attribute. */
  const idBytes = 8;
  const sharedFlag = 0x02;
  const { file } = object;
  const cursor = openMessage(file, info, object.place);
  expectVersion(cursor, [0], "an attribute info message");
  // The highest creation index.
  if ((cursor.uint8() & 0x01) !== 0) cursor.skip(2);
  const readRecord = (record: Cursor, heap: FractalHeap): HeaderMessage => {
    const id = record.window(idBytes);
    // One that several objects share has the ID of its place in the heap of shared messages instead.
    const isShared = (record.uint8() & sharedFlag) !== 0;
    const creationIndex = record.uint32();
    const body = isShared ? openHeapMessage(file, id, attributeMessage) : heap.readObject(id);
    return { type: attributeMessage, shared: false, creationIndex, body };
  };
  return walkDenseStorage(object, cursor, nameIndexType, readRecord);
}
