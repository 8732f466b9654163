import { expectVersion, type FileAccess } from "./file-access.js";
import type { Hdf5Filter } from "./hdf5-object.js";
import { findMessage, messageType, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";

const filterNames: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32015: "zstd",
};

/** A dataset's filters in the order in which they were applied (specification, IV.A.2.l). */
export function readFilters(file: FileAccess, header: ObjectHeader, place: string): Hdf5Filter[] {
  const message = findMessage(header, messageType.filterPipeline);
  if (message === undefined) return [];
  const cursor = openMessage(file, message, place);
  const version = expectVersion(cursor, [1, 2], "a filter pipeline");
  const count = cursor.uint8();
  if (version === 1) cursor.skip(6);
  const filters: Hdf5Filter[] = [];
  for (let i = 0; i < count; i++) {
    const id = cursor.uint16();
    const nameLength = version === 1 || id >= 256 ? cursor.uint16() : 0;
    cursor.skip(2);
    const clientValues = cursor.uint16();
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const parameters: number[] = [];
    for (let value = 0; value < clientValues; value++) parameters.push(cursor.uint32());
    if (version === 1 && clientValues % 2 === 1) cursor.skip(4);
    filters.push({ id, name: filterNames[id] ?? `filter ${id}`, parameters });
  }
  return filters;
}
