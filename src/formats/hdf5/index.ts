/** The entry `kerasproof/hdf5`: an HDF5 reader for untrusted files that runs in a browser. */
import { KerasProofError } from "../../errors.js";
import { type ByteInput, openSource } from "../byte-source.js";
import { defaultLimits, type Limits } from "../limits.js";
import type { Datatype } from "./datatype.js";
import type { FileAccess } from "./file-access.js";
import type { FilterFunction, FilterFunctions } from "./filters/filter-function.js";
import { openGlobalHeaps } from "./global-heap.js";
import { openObject } from "./group.js";
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
import type {
  Hdf5Array,
  Hdf5BigIntArray,
  Hdf5CompoundArray,
  Hdf5DType,
  Hdf5OpaqueArray,
  Hdf5Reference,
  Hdf5ReferenceArray,
  Hdf5Region,
  Hdf5SequenceArray,
} from "./hdf5-array.js";
import { pagedBytes } from "./paged-bytes.js";
import { planReads } from "./read-planner.js";
import { readSuperblock } from "./superblock.js";
import { textAttribute, textListAttribute } from "./text-attribute.js";
import { walkObjects } from "./walk.js";

export { textAttribute, textListAttribute };
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
  Hdf5Object,
  Hdf5OpaqueArray,
  Hdf5ReadOptions,
  Hdf5Reference,
  Hdf5ReferenceArray,
  Hdf5Refused,
  Hdf5Region,
  Hdf5SequenceArray,
  Hdf5Storage,
};

/** What a caller may choose about an HDF5 file. */
export interface Hdf5Options {
  /** Those that differ from `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** The name of the file in errors; `file.h5` by default. */
  readonly name?: string;
  /** Functions for filters that are not built in, by their numbers; one for a built-in filter replaces it. */
  readonly filters?: FilterFunctions;
}

/**
 * Opens an HDF5 file of the kind that h5py and Keras write by default: superblock 0, object headers of version 1,
 * symbol tables, contiguous and compact storage. Only what describes the file is read, and only as far as it is asked
 * for. Errors are `KerasProofError`s of the codes `unknown-format` (no HDF5 file), `truncated`, `corrupt`, `limit`,
 * `unsafe` (links and storage that lead elsewhere; nothing is ever followed out of the file) and `unsupported-hdf5`
 * (another part of the format, named).
 */
export async function openHdf5(input: ByteInput, options: Hdf5Options = {}): Promise<Hdf5File> {
  const name = options.name ?? "file.h5";
  const limits = { ...defaultLimits, ...options.limits };
  const pages = pagedBytes(openSource(input, name));
  const superblock = await pages.run(() => readSuperblock(pages, name));
  const { widths, base, end, rootAddress } = superblock;
  const globalHeaps = openGlobalHeaps();
  const planner = planReads(pages.source, name);
  const filters = options.filters ?? {};
  const file: FileAccess = { name, pages, limits, widths, base, end, globalHeaps, planner, filters, links: new Map() };
  const root = await pages.run(() => openObject(file, rootAddress, "/"));
  if (root.kind !== "group") throw new KerasProofError("corrupt", root.place, "found a dataset, wanted the root group");
  return {
    root,
    get: (path) => root.get(path),
    walk: () => walkObjects(root, limits.objects),
    follow: (reference) => pages.run(() => openObject(file, reference.address, `/@${reference.address}`)),
  };
}
