import { layCacheImage } from "./cache-image.js";
import { findMessage, readObjectHeader } from "./object-header.js";
import { readSharedMessageTable } from "./shared-message-table.js";
import type { FileAccess } from "./file-access.js";
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
