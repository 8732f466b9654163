import type { DType } from "../../ndarray.js";

/** Element types of HDF5: those of `NdArray`, and those that no typed array holds. */
export type Hdf5DType = DType | "bigint" | "compound" | "sequence" | "opaque" | "reference";

/**
 * The values of a dataset or an attribute in C order with their shape; `dtype` tells which kind of array it is. The
 * extents of array types follow those of the dataspace in the shape. Enumerations come as their integers (their names
 * are in `datatype`), h5py's bool as bool, bit fields as unsigned integers, times as integers; integers of odd sizes
 * widen to the next typed array, floats of odd formats (x87 and IEEE long doubles among them) come as the nearest
 * float64. Floats of fewer than 4 bytes are widened, bool is 0 and 1. Bytes of texts that are not UTF-8 are lone
 * surrogates, see `encodeText`. Numbers and texts are an `NdArray`, too.
 */
export type Hdf5Array = (
  | Hdf5NumberArray
  | Hdf5StringArray
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

/** The typed arrays in which numbers come, by their element types. */
export interface Hdf5Numbers {
  readonly bool: Uint8Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly float8_e4m3fn: Float32Array;
  readonly float8_e5m2: Float32Array;
  readonly float16: Float32Array;
  readonly bfloat16: Float32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** Numbers; from `dtype`, TypeScript knows which typed array `data` is. */
export type Hdf5NumberArray = {
  readonly [Type in keyof Hdf5Numbers]: {
    readonly dtype: Type;
    readonly shape: readonly number[];
    readonly data: Hdf5Numbers[Type];
  };
}[keyof Hdf5Numbers];

/** Texts. */
export interface Hdf5StringArray {
  readonly dtype: "string";
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

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

/**
 * A part of a dataset: everything, nothing, points (one list of indices each), boxes with both corners included, or, for
 * what goes on as long as the dataset does, equal blocks at equal distances along each axis.
 */
export type Hdf5Region =
  | { readonly kind: "all" | "none" }
  | { readonly kind: "points"; readonly points: readonly (readonly number[])[] }
  | {
      readonly kind: "boxes";
      readonly boxes: readonly { readonly first: readonly number[]; readonly last: readonly number[] }[];
    }
  | { readonly kind: "regular"; readonly axes: readonly Hdf5RegularAxis[] };

/** Along one axis: `count` blocks of `block` indices each, which begin at `start`, `start + stride`, …. */
export interface Hdf5RegularAxis {
  readonly start: number;
  /** At least `block` where there are several blocks. */
  readonly stride: number;
  /** `Infinity` for as many as the dataset holds. */
  readonly count: number;
  /** `Infinity` for up to the end of the dataset. */
  readonly block: number;
}
