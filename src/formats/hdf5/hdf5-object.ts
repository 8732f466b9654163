import type { KerasProofError } from "../../errors.js";
import type { Datatype } from "./datatype.js";
import type { Hdf5Array, Hdf5DType, Hdf5Reference } from "./hdf5-array.js";

/** The attributes of an object. Values are decoded when they are asked for. */
export interface Hdf5Attributes {
  /** The names of the attributes: in the order of their creation where the object keeps it, else sorted, as in h5py. */
  attrNames(): Promise<string[]>;
  /** One attribute; undefined where there is none of that name. Others that cannot be read are of no concern. */
  attr(name: string): Promise<Hdf5Array | undefined>;
  /** All attributes; where some cannot be read, one error that lists each of them. */
  attrs(): Promise<ReadonlyMap<string, Hdf5Array>>;
}

/** What groups, datasets and named datatypes have in common. */
interface Hdf5ObjectBase extends Hdf5Attributes {
  /** The path from the root of the file by which the object was reached, `/` for the root itself. */
  readonly path: string;
  /** The place of the object in errors: `model.h5!/model_weights/dense_1`. */
  readonly place: string;
  /** The byte of the object header, counted from the superblock; equal for two links to one object. */
  readonly address: number;
}

/** Anything that a link can lead to. */
export type Hdf5Object = Hdf5Group | Hdf5Dataset | Hdf5NamedType;

/** A folder of an HDF5 file. */
export interface Hdf5Group extends Hdf5ObjectBase {
  readonly kind: "group";
  /**
   * The names of the links, also of those that are refused when they are followed: in the order of their creation
   * where the group keeps it, else sorted by code points, as in h5py. A name that is not UTF-8 is escaped as Python's
   * `surrogateescape` does it.
   */
  keys(): Promise<string[]>;
  /**
   * The object at a path below this group, or from the root where the path begins with a slash; undefined where a part
   * of the path is missing. Slashes separate names, empty names and `.` count for nothing. Soft links are followed
   * within the file; one that leads to itself is `unsafe`, one that leads nowhere is undefined. An external or
   * user-defined link on the way is `unsafe`: nothing outside the file is opened. A path of more names than
   * `limits.depth` is `limit`.
   */
  get(path: string): Promise<Hdf5Object | undefined>;
}

/** A datatype that stands in a file under a name, for several datasets and attributes to share. */
export interface Hdf5NamedType extends Hdf5ObjectBase {
  readonly kind: "datatype";
  readonly datatype: Datatype;
}

/** A filter that stored bytes went through. */
export interface Hdf5Filter {
  /** The number of the filter in the registry of the HDF Group; 1 is deflate. */
  readonly id: number;
  /** `shuffle`, `deflate`, …; the file's own name, or `filter 12345`, where we know none. */
  readonly name: string;
  /** Whether a writer could leave it out, for all chunks or for some. */
  readonly optional: boolean;
  /** The numbers with which the writer ran it, each of 32 bits. */
  readonly parameters: readonly number[];
}

/** Where the values of a dataset lie. */
export interface Hdf5Storage {
  readonly layout: "compact" | "contiguous" | "chunked" | "virtual" | "external";
  /** The byte of the source where the values begin; undefined where none were written or they lie in many places. */
  readonly address: number | undefined;
  /** The number of bytes that are stored in one piece; undefined where they lie in many places. */
  readonly size: number | undefined;
  /** The extents of a chunk; undefined for other layouts. */
  readonly chunkShape: readonly number[] | undefined;
  /** How the chunks are found; undefined for other layouts. */
  readonly chunkIndex: ChunkIndexKind | undefined;
  /** In the order in which they were applied. */
  readonly filters: readonly Hdf5Filter[];
}

/** The kinds of index over chunks (specification, VII and III.A). */
export type ChunkIndexKind = "b-tree-v1" | "single" | "implicit" | "fixed-array" | "extensible-array" | "b-tree-v2";

/** Which part of a dataset is wanted, and how. */
export interface Hdf5ReadOptions {
  /** The first index along each axis; zeros by default. */
  readonly start?: readonly number[];
  /** How many elements along each axis; by default as many as there are from `start` in steps of `step`. */
  readonly count?: readonly number[];
  /** The distance between two elements along each axis, at least 1; ones by default. */
  readonly step?: readonly number[];
  /**
   * How integers of 64 bits are handed out: as `bigint`s, the default, or as numbers in a `Float64Array`; then one
   * that no number holds exactly is `limit`.
   */
  readonly int64?: "bigint" | "number";
  /** Stops the reading with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each part: how many bytes of the wanted elements have come, as they are stored without filters. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** An array of an HDF5 file. */
export interface Hdf5Dataset extends Hdf5ObjectBase {
  readonly kind: "dataset";
  /** The empty shape for a scalar; `[0]` for the null dataspace, as for an empty list. */
  readonly shape: readonly number[];
  /** Whether the array is of the null dataspace: it has a type and no elements, as `h5py.Empty`. */
  readonly isNull: boolean;
  /**
   * The extents that the array can grow to, `Infinity` for no limit; undefined where it cannot grow. Those above 2^53
   * are the nearest numbers.
   */
  readonly maxShape: readonly number[] | undefined;
  /** The element type under which `read` hands values out. */
  readonly dtype: Hdf5DType;
  /** The element type as the file describes it. */
  readonly datatype: Datatype;
  readonly storage: Hdf5Storage;
  /**
   * Why `read` would refuse, as far as the header says. A filter that nothing undoes is named where chunks are stored;
   * those that did not go through it are read all the same.
   */
  readonly refusal: KerasProofError | undefined;
  /**
   * The values, or those of a part, in memory of their own. Elements that were never written have the fill value. Only
   * the chunks that hold wanted elements are read; several readings that are asked for at once share their requests.
   * A selection that does not lie within the shape is `usage`.
   */
  read(options?: Hdf5ReadOptions): Promise<Hdf5Array>;
}

/** A link that a walk does not follow: to an object met before, to a path, or out of the file. */
export interface Hdf5Link {
  readonly kind: "link";
  readonly path: string;
  readonly type: "hard" | "soft" | "external" | "user-defined";
  /** The path of the object that it leads to; for an external link the path within the other file. */
  readonly target: string;
  /** The other file's name; undefined for the other types. */
  readonly file: string | undefined;
}

/** A link or object that cannot be had, and why. */
export interface Hdf5Refused {
  readonly kind: "refused";
  readonly path: string;
  readonly error: KerasProofError;
}

/** An open HDF5 file, and its root group, as in h5py. */
export interface Hdf5File extends Hdf5Group {
  /** The root group alone. */
  readonly root: Hdf5Group;
  /**
   * Every object below the root by its hard links, each group before what it holds. A dataset with several hard links
   * comes at each of them; a second link to a group comes as a `link`, so do soft, external and user-defined links.
   * What cannot be had comes as `refused` (a broken object, a group whose links cannot be listed, after the group
   * itself) and stops nothing else. Throws `limit` after `limits.objects` objects.
   */
  walk(): AsyncIterable<Hdf5Object | Hdf5Link | Hdf5Refused>;
  /**
   * The object that a reference means; `corrupt` where there is none, `unsafe` where it lies in another file. Its path
   * is `/@` and the address.
   */
  follow(reference: Hdf5Reference): Promise<Hdf5Object>;
}
