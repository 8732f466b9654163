import type { DType, NdArray } from "../../ndarray.js";

/** Element types of HDF5: those of `NdArray`, and those that no typed array holds. */
export type Hdf5DType = DType | "bigint" | "compound" | "sequence" | "opaque" | "reference";

/**
 * The values of a dataset or an attribute in C order with their shape; `dtype` tells which kind of array it is. The
 * extents of array types follow those of the dataspace in the shape. Enumerations come as their integers (their names
 * are in `datatype`), h5py's bool as bool, bit fields as unsigned integers, times as integers; integers of odd sizes
 * widen to the next typed array, floats of odd formats (x87 and IEEE long doubles among them) come as the nearest
 * float64. Bytes of texts that are not UTF-8 are lone surrogates, see `encodeText`.
 */
export type Hdf5Array = (
  | NdArray
  | Hdf5BigIntArray
  | Hdf5CompoundArray
  | Hdf5SequenceArray
  | Hdf5OpaqueArray
  | Hdf5ReferenceArray
) & {
  /**
   * True for the null dataspace, which has a type and no elements, as `h5py.Empty`: its shape is `[0]`, as that of an
   * empty list, which lacks this property.
   */
  readonly isNull?: true;
};

/** Integers of more than 8 bytes. */
export interface Hdf5BigIntArray {
  readonly dtype: "bigint";
  readonly shape: readonly number[];
  readonly data: readonly bigint[];
}

/**
 * Records, column by column: `data` has for each field, in the order of the file, an array of the same shape (with
 * the extents of the field appended where it is an array itself). A complex number has the fields `r` and `i`.
 */
export interface Hdf5CompoundArray {
  readonly dtype: "compound";
  readonly shape: readonly number[];
  readonly data: ReadonlyMap<string, Hdf5Array>;
}

/** Lists of different lengths: each element is an array of one axis; empty ones may be one and the same. */
export interface Hdf5SequenceArray {
  readonly dtype: "sequence";
  readonly shape: readonly number[];
  readonly data: readonly Hdf5Array[];
}

/** Bytes that the file says nothing about, views on one memory; `tag` is the file's own remark, often empty. */
export interface Hdf5OpaqueArray {
  readonly dtype: "opaque";
  readonly shape: readonly number[];
  readonly tag: string;
  readonly data: readonly Uint8Array[];
}

/** Pointers to objects, or to parts of datasets; `null` for one that points nowhere. */
export interface Hdf5ReferenceArray {
  readonly dtype: "reference";
  readonly shape: readonly number[];
  readonly data: readonly (Hdf5Reference | null)[];
}

/** A pointer to an object of the file, which `Hdf5File.follow` opens. */
export interface Hdf5Reference {
  /** The byte of the object header, counted from the superblock, as `address` of groups and datasets. */
  readonly address: number;
  /** The name of the file in which the object lies, where that is another one; it is never opened. */
  readonly file?: string;
  /** The elements that it means, where it is one to a part of a dataset. */
  readonly region?: Hdf5Region;
  /** The attribute that it means, where it is one to an attribute. */
  readonly attribute?: string;
}

/** A part of a dataset: everything, nothing, points (one list of indices each), or boxes with both corners included. */
export type Hdf5Region =
  | { readonly kind: "all" | "none" }
  | { readonly kind: "points"; readonly points: readonly (readonly number[])[] }
  | {
      readonly kind: "boxes";
      readonly boxes: readonly { readonly first: readonly number[]; readonly last: readonly number[] }[];
    };
