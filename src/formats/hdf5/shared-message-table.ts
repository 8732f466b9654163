import { expectChecksum } from "./checksum.js";
import type { FileAccess } from "./file-access.js";
import { openAt } from "./file-cursor.js";
import { type FractalHeap, openFractalHeap } from "./fractal-heap.js";
import type { StoredMessage } from "./header-message.js";
import { readAddress, readDefinedAddress } from "./number-widths.js";
import { expectSignature, expectVersion } from "./structure-frame.js";

/**
 * Reads a Shared Message Table message (specification, IV.A.2.p) and the table it leads to (III.I): the fractal heaps
 * in which shared messages lie, by the type of message. The indexes over them are for writers.
 */
export function readSharedMessageTable(file: FileAccess, message: StoredMessage): FileAccess["sharedMessages"] {
  const cursor = message.body;
  expectVersion(cursor, [0], "a shared message table");
  const address = readDefinedAddress(cursor, file.widths, "the shared message table");
  const count = cursor.uint8();
  const table = openAt(file, address, 8 + count * (16 + 2 * file.widths.offsets), file.name);
  expectSignature(table, "SMTB");
  const heaps = new Map<number, () => FractalHeap>();
  for (let i = 0; i < count; i++) {
    expectVersion(table, [0], "an index of shared messages");
    table.skip(1);
    const types = table.uint16();
    // Sizes and numbers of messages, then the address of the index.
    table.skip(10 + file.widths.offsets);
    const heap = readAddress(table, file.widths);
    if (heap === undefined) continue;
    let opened: FractalHeap | undefined;
    const open = (): FractalHeap => (opened ??= openFractalHeap({ file, owner: heap, place: file.name }, heap));
    for (let type = 0; type < 16; type++) if ((types & (1 << type)) !== 0) heaps.set(type, open);
  }
  expectChecksum(table);
  return heaps;
}
