import type { FileAccess } from "./file-access.js";
import { findMessage, messageType, readObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { readSharedMessageTable } from "./shared-message-table.js";

/**
 * Reads what the superblock extension says that a reader must know (specification, II.C): where messages that objects
 * share lie, by their type. `unsupported-hdf5` for a file whose metadata lies in an image of libhdf5's cache, for then
 * what stands elsewhere is out of date. Only within `PagedBytes.run`.
 */
export function readSuperblockExtension(file: FileAccess, address: number): ReadonlyMap<number, number> {
  const header = readObjectHeader(file, address, file.name);
  const image = findMessage(header, messageType.cacheImage);
  if (image !== undefined) {
    openMessage(file, image, file.name).fail("unsupported-hdf5", "found an image of the metadata cache, wanted none");
  }
  const table = findMessage(header, messageType.sharedMessageTable);
  return table === undefined ? new Map() : readSharedMessageTable(file, table);
}
