import type { Cursor } from "../cursor.js";
import type { FileAccess } from "./file-access.js";
import type { Hdf5Filter } from "./hdf5-object.js";
import { filterPipelineMessage } from "./message-type.js";
import { findMessage, type ObjectHeader } from "./object-header.js";
import { openMemory } from "./remember.js";
import { openMessage } from "./shared-message.js";
import { expectVersion } from "./structure-frame.js";
import { cutAtZero } from "./terminated-text.js";

/** The names of filters by their numbers in the registry of the HDF Group; files often give none, or a sentence. */
const filterNames: { readonly [id: number]: string | undefined } = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  305: "lzo",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32002: "mafisc",
  32003: "snappy",
  32004: "lz4",
  32008: "bitshuffle",
  32013: "zfp",
  32015: "zstd",
  32017: "sz",
  32018: "fcidecomp",
  32024: "sz3",
  32026: "blosc2",
};

/** A dataset's filters in the order in which they were applied; none where its header does not speak of them. */
export function readFilters(file: FileAccess, header: ObjectHeader, place: string): Hdf5Filter[] {
  const message = findMessage(header, filterPipelineMessage);
  if (message === undefined) return [];
  const cursor = openMessage(file, message, place);
  return rememberPipeline(file, cursor, () => readFilterPipeline(cursor));
}

const rememberPipeline = openMemory<Hdf5Filter[]>();

/** Reads a Data Storage - Filter Pipeline message (specification, IV.A.2.l), of which fractal heaps have one, too. */
export function readFilterPipeline(cursor: Cursor): Hdf5Filter[] {
  /** `H5Z_MAX_NFILTERS`: the mask of a chunk has a bit for each. */
  const maxFilters = 32;
  /** Filters of smaller numbers belong to libhdf5, and version 2 leaves their names out. */
  const firstNamedFilter = 256;
  const version = expectVersion(cursor, [1, 2], "a filter pipeline");
  const count = cursor.uint8();
  if (count > maxFilters) cursor.fail("corrupt", `found ${count} filters, wanted at most ${maxFilters}`);
  if (version === 1) cursor.skip(6);
  const filters: Hdf5Filter[] = [];
  for (let i = 0; i < count; i++) {
    const id = cursor.uint16();
    const nameLength = version === 1 || id >= firstNamedFilter ? cursor.uint16() : 0;
    const flags = cursor.uint16();
    const parameterCount = cursor.uint16();
    // Version 1 fills up the name, and below the parameters, to a multiple of 8 bytes.
    const name = cursor.bytes(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = cursor.window(4 * parameterCount);
    const parameters = Array.from({ length: parameterCount }, () => values.uint32());
    if (version === 1 && parameterCount % 2 === 1) cursor.skip(4);
    filters.push({ id, name: filterNames[id] ?? nameOf(name, id), optional: (flags & 0x01) !== 0, parameters });
  }
  return filters;
}

/** What a file calls a filter; it is shown to people and means nothing, so bytes that are no UTF-8 do no harm. */
function nameOf(bytes: Uint8Array, id: number): string {
  return new TextDecoder().decode(cutAtZero(bytes)) || `filter ${id}`;
}
