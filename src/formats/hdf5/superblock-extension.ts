import { expectChecksum } from "./checksum.js";
import {
  expectSignature,
  expectVersion,
  type FileAccess,
  openAt,
  readAddress,
  readDefinedAddress,
} from "./file-access.js";
import { findMessage, readObjectHeader, type StoredMessage } from "./object-header.js";
import { layCacheImage } from "./cache-image.js";
import { cacheImageMessage, sharedMessageTableMessage } from "./message-type.js";

/**
 * The file with what its superblock extension says that a reader must know (specification, II.C): the structures that
 * stand in an image of the metadata cache, and where messages that objects share lie, by their type. Only within
 * `PagedBytes.run`.
 */
export function extendFile(plain: FileAccess, address: number): FileAccess {
  const header = readObjectHeader(plain, address, plain.name);
  const image = findMessage(header, cacheImageMessage);
  const file = image === undefined ? plain : { ...plain, pages: layCacheImage(plain, image) };
  const table = findMessage(header, sharedMessageTableMessage);
  return table === undefined ? file : { ...file, sharedMessages: readSharedMessageTable(file, table) };
}

/**
 * Reads a Shared Message Table message (specification, IV.A.2.p) and the table it leads to (III.I): the addresses of
 * the fractal heaps in which shared messages lie, by the type of message. The indexes over them are for writers.
 */
function readSharedMessageTable(file: FileAccess, message: StoredMessage): ReadonlyMap<number, number> {
  const cursor = message.body;
  expectVersion(cursor, [0], "a shared message table");
  const address = readDefinedAddress(cursor, file.widths, "the shared message table");
  const count = cursor.uint8();
  const table = openAt(file, address, 8 + count * (16 + 2 * file.widths.offsets), file.name);
  expectSignature(table, "SMTB");
  const heaps = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    expectVersion(table, [0], "an index of shared messages");
    table.skip(1);
    const types = table.uint16();
    // Sizes and numbers of messages, then the address of the index.
    table.skip(10 + file.widths.offsets);
    const heap = readAddress(table, file.widths);
    for (let type = 0; type < 16; type++) if ((types & (1 << type)) !== 0 && heap !== undefined) heaps.set(type, heap);
  }
  expectChecksum(table);
  return heaps;
}
