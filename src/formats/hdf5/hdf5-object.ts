import type { KerasProofError } from "../../errors.js";
import type { DType, NdArray } from "../../ndarray.js";

/** The attributes of an object. Values are decoded when they are asked for. */
export interface Hdf5Attributes {
  /** The names of the attributes in file order. */
  attrNames(): Promise<string[]>;
  /** One attribute; undefined where there is none of that name. Others that cannot be read are of no concern. */
  attr(name: string): Promise<NdArray | undefined>;
  /** All attributes; where some cannot be read, one error that lists each of them. */
  attrs(): Promise<ReadonlyMap<string, NdArray>>;
}

/** What groups and datasets have in common. */
interface Hdf5ObjectBase extends Hdf5Attributes {
  /** The path from the root of the file, `/` for the root itself. */
  readonly path: string;
  /** The place of the object in errors: `model.h5!/model_weights/dense_1`. */
  readonly place: string;
  /** The byte of the object header, counted from the superblock; equal for two links to one object. */
  readonly address: number;
}

/** A folder of an HDF5 file. */
export interface Hdf5Group extends Hdf5ObjectBase {
  readonly kind: "group";
  /** The names of the links in file order, also of those that are refused when they are followed. */
  keys(): Promise<string[]>;
  /**
   * The object at a path below this group; undefined where a part of the path is missing. Slashes separate names,
   * empty names count for nothing. A soft, external or user-defined link on the way is `unsafe`; a path of more names
   * than `limits.depth` is `limit`.
   */
  get(path: string): Promise<Hdf5Group | Hdf5Dataset | undefined>;
}

/** Where the values of a dataset lie. */
export interface Hdf5Storage {
  readonly layout: "compact" | "contiguous" | "chunked" | "virtual" | "external";
  /** The byte of the source where the values begin; undefined where none were written or they lie in many places. */
  readonly address: number | undefined;
  /** The number of bytes that are stored in one piece; undefined where they lie in many places. */
  readonly size: number | undefined;
  /** The filters that the bytes went through, in that order: `shuffle`, `deflate`, … */
  readonly filters: readonly string[];
}

/** An array of an HDF5 file. */
export interface Hdf5Dataset extends Hdf5ObjectBase {
  readonly kind: "dataset";
  /** The empty shape for a scalar; `[0]` for the null dataspace. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly storage: Hdf5Storage;
  /** Why `read` would refuse, where the header alone says so. */
  readonly refusal: KerasProofError | undefined;
  /** The values, in memory of their own. Elements that were never written have the fill value. */
  read(): Promise<NdArray>;
}

/** A link or object that cannot be had, and why. */
export interface Hdf5Refused {
  readonly kind: "refused";
  readonly path: string;
  readonly error: KerasProofError;
}

/** An open HDF5 file. */
export interface Hdf5File {
  readonly root: Hdf5Group;
  /** As `root.get`; the path `/` is the root. */
  get(path: string): Promise<Hdf5Group | Hdf5Dataset | undefined>;
  /**
   * Every object below the root, each group before what it holds. What cannot be had comes as `refused` and stops
   * nothing else: a broken object, a group whose links cannot be listed (after the group itself), a link out of the
   * tree, a second link to a group. Throws `limit` after `limits.objects` objects.
   */
  walk(): AsyncIterable<Hdf5Group | Hdf5Dataset | Hdf5Refused>;
}
