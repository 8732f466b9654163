/**
 * The entry `kerasproof/hdf5`: an HDF5 reader for untrusted files that runs in a browser. "Specification" is the "HDF5
 * File Format Specification Version 4.0" of the HDF Group.
 *
 * Which file comes after which on the way to values:
 *
 * 1. A file: `superblock.ts` finds the object header of the root group.
 * 2. An object: `object-header.ts` and `header-block.ts` list its messages, `shared-message.ts` opens one wherever it
 *    lies, and `find-object.ts` tells by them what it is.
 * 3. A group, `group.ts`: its links are in a symbol table (`symbol-table.ts`, `b-tree-v1.ts`, `symbol-table-node.ts`,
 *    `local-heap.ts`), or in messages and in a heap (`link-info.ts`, `link-message.ts`, `dense-storage.ts`,
 *    `fractal-heap.ts`, `b-tree-v2.ts`). `follow-path.ts` follows them.
 * 4. A dataset, `dataset.ts`, is what `dataspace.ts`, `datatype.ts`, `data-layout.ts` and `filter-pipeline.ts` read.
 * 5. Its bytes, `storage.ts`: `contiguous-storage.ts`, `chunked-storage.ts` with `chunk-index/` and `filters/`,
 *    `virtual-storage.ts` with `virtual-sources.ts`, and `fill-value.ts` for what was never written.
 * 6. Its values, `values/decode-values.ts`, with the `global-heap.ts` for those of variable length. Attributes,
 *    `attribute.ts`, end there, too.
 *
 * Under all of it are the bounds-checked `../cursor.ts`, which `file-cursor.ts` opens at an address, the numbers of
 * `number-widths.ts`, and `paged-bytes.ts`, which starts a parser again when the bytes that it lacked have come.
 * `rare-parts.ts` lists what is loaded on demand.
 */
import { chooseLimits, defaultLimits, type Limits } from "../limits.js";
import { encodeText } from "../escaped-text.js";
import { pagedBytes } from "./paged-bytes.js";
import type {
  ChunkIndexKind,
  Hdf5Attributes,
  Hdf5Dataset,
  Hdf5File,
  Hdf5Filter,
  Hdf5Group,
  Hdf5Link,
  Hdf5NamedType,
  Hdf5Object,
  Hdf5ReadOptions,
  Hdf5Refused,
  Hdf5Storage,
} from "./hdf5-object.js";
import { checkNames } from "../option-names.js";
import { planReads } from "./read-planner.js";
import { type ByteInput, nameOf, openSource } from "../byte-source.js";
import type { FileAccess } from "./file-access.js";
import type { FilterFunction, FilterFunctions } from "./filters/filter-function.js";
import { readSuperblock } from "./superblock.js";
import { failAt } from "./file-cursor.js";
import { openGlobalHeaps } from "./global-heap.js";
import { findStored, followReference, openObject } from "./find-object.js";
import { walkObjects } from "./walk.js";
import type { Datatype } from "./datatype.js";
import { textAttribute, textListAttribute } from "./text-attribute.js";
import type {
  Hdf5Array,
  Hdf5BigIntArray,
  Hdf5CompoundArray,
  Hdf5DType,
  Hdf5NumberArray,
  Hdf5Numbers,
  Hdf5OpaqueArray,
  Hdf5Reference,
  Hdf5ReferenceArray,
  Hdf5Region,
  Hdf5RegularAxis,
  Hdf5SequenceArray,
  Hdf5StringArray,
} from "./hdf5-array.js";
import { openAllowance } from "../array-costs.js";
import { rareParts } from "./on-demand.js";

export { type ErrorCode, KerasProofError } from "../../errors.js";
export type { DType, NdArray, NumericData } from "../../ndarray.js";
export type { ByteReadOptions, ByteSource } from "../byte-source.js";
export { preloadHdf5 } from "./preload.js";
export { type ByteInput, defaultLimits, encodeText, type Limits, textAttribute, textListAttribute };
export type {
  ChunkIndexKind,
  Datatype,
  FilterFunction,
  FilterFunctions,
  Hdf5Array,
  Hdf5Attributes,
  Hdf5BigIntArray,
  Hdf5CompoundArray,
  Hdf5Dataset,
  Hdf5DType,
  Hdf5File,
  Hdf5Filter,
  Hdf5Group,
  Hdf5Link,
  Hdf5NamedType,
  Hdf5NumberArray,
  Hdf5Numbers,
  Hdf5Object,
  Hdf5OpaqueArray,
  Hdf5ReadOptions,
  Hdf5Reference,
  Hdf5ReferenceArray,
  Hdf5Refused,
  Hdf5Region,
  Hdf5RegularAxis,
  Hdf5SequenceArray,
  Hdf5Storage,
  Hdf5StringArray,
};

/** What a caller may choose about an HDF5 file. */
export interface Hdf5Options {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The name of the file in errors; by default the source's own, else `file.h5`. */
  readonly name?: string;
  /** Functions for filters that are not built in, by their numbers; one for a built-in filter replaces it. */
  readonly filters?: FilterFunctions;
  /** Stops all reading of what describes the file with an `aborted` error; `read` takes a signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

const optionNames: readonly (keyof Hdf5Options)[] = ["limits", "name", "filters", "signal"];

/**
 * Opens an HDF5 file. Only what describes it is read, and only as far as it is asked for. Errors are `KerasProofError`s
 * with the byte where they lie, of the codes `unknown-format` (no HDF5 file), `truncated`, `corrupt`, `bad-checksum`,
 * `limit`, `unsafe` (links and storage that lead elsewhere; nothing is ever followed out of the file),
 * `unsupported-hdf5` (a part of the format that is not read, named), `usage`, `aborted` and those of the source.
 */
export async function openHdf5(input: ByteInput, options: Hdf5Options = {}): Promise<Hdf5File> {
  const name = nameOf(input, options?.name, "file.h5");
  checkNames(options, optionNames, name);
  const limits = chooseLimits(options.limits);
  const pages = pagedBytes(openSource(input, name), name, options.signal);
  const { extensionAddress, ...superblock } = await pages.run(() => readSuperblock(pages, name));
  const bytes = superblock.end - superblock.base;
  const plain: FileAccess = {
    name,
    pages,
    limits,
    ...superblock,
    globalHeaps: openGlobalHeaps(),
    planner: planReads(pages.source, name),
    filters: options.filters ?? {},
    sharedMessages: new Map(),
    links: new Map(),
    claims: { owners: new Map(), left: bytes },
    longPaths: { left: 2 ** 24 },
    ...openAllowance("arrayRatio", limits, bytes),
    findStored: (path) => findStored(file, path),
  };
  const file: FileAccess =
    extensionAddress === undefined ? plain : await pages.run(() => rareParts().extendFile(plain, extensionAddress));
  const root = await pages.run(() => openObject(file, file.rootAddress, "/"));
  if (root.kind !== "group") {
    return failAt(file, root.address, root.place, "corrupt", `found a ${root.kind}, wanted the root group`);
  }
  return {
    ...root,
    root,
    walk: () => walkObjects(file, root),
    follow: (reference) => followReference(file, reference),
  };
}
