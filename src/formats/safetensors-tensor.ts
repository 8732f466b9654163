import { KerasProofError } from "../errors.js";
import { type DType, entriesOf, type NdArray, sizeOf } from "../ndarray.js";
import { type ByteReadOptions, type ByteSource, sliceSource } from "./byte-source.js";
import { streamSource } from "./byte-stream.js";
import { storedDType } from "./complex.js";
import type { Limits } from "./limits.js";
import { readNumbers } from "./number-values.js";
import { anything, checkKinds, type OptionKinds, readingKinds } from "./option-kinds.js";
import { printable } from "./printable.js";
import type { SafetensorsDType, TensorEntry } from "./safetensors-header.js";

/** A tensor of an open file. */
export interface SafetensorsTensor {
  readonly name: string;
  /** Where errors say that it is: `model.safetensors!/embedding`. */
  readonly place: string;
  readonly shape: readonly number[];
  /** The element type by the file's name of it. */
  readonly storedType: SafetensorsDType;
  /** The element type under which `read` hands values out; undefined for those that it does not read. */
  readonly dtype: Exclude<DType, "string"> | undefined;
  /**
   * The values, or those of a part, in memory of their own. Throws `unsupported-format` for numbers that share their
   * bytes (F4, F6), whose order the format does not tell and of which `readBytes` gives what is stored; `usage` for a
   * part that does not lie within the shape; and `limit` for more than `arrayBytes` bytes.
   */
  read(options?: SafetensorsReadOptions): Promise<NdArray>;
  /** The stored bytes of the whole tensor. Not to be written to: they may be a view on memory that others share. */
  readBytes(options?: ByteReadOptions): Promise<Uint8Array>;
}

/** Which part of a tensor is wanted. */
export interface SafetensorsReadOptions extends ByteReadOptions {
  /** The first index along the first axis; 0 by default. */
  readonly start?: number;
  /** How many along the first axis; by default all from `start`. */
  readonly count?: number;
}

/** Whether `start` and `count` lie within the shape is checked when values are read. */
const partKinds: OptionKinds<SafetensorsReadOptions> = { ...readingKinds, start: anything, count: anything };

/** The file of a tensor; `start` is the first byte after its header. */
export interface TensorFile {
  readonly source: ByteSource;
  readonly path: string;
  readonly start: number;
  readonly limits: Limits;
}

/** The tensor that an entry of the header describes. Nothing is read. */
export function openTensor(entry: TensorEntry, { source, path, start, limits }: TensorFile): SafetensorsTensor {
  const { name, shape, storedType } = entry;
  const place = `${path}!/${printable(name)}`;
  const dtype = dtypes[storedType];
  return {
    name,
    place,
    shape,
    storedType,
    dtype,
    readBytes: async (readOptions = {}) => {
      checkKinds(readOptions, readingKinds, "SafetensorsTensor.readBytes");
      return source.read(start + entry.start, entry.end - entry.start, readOptions);
    },
    read: async (readOptions = {}) => {
      checkKinds(readOptions, partKinds, "SafetensorsTensor.read");
      if (dtype === undefined) {
        const message = `found values of ${storedType}, wanted a type that is read; readBytes gives them as stored`;
        throw new KerasProofError("unsupported-format", place, message, { offset: start + entry.start });
      }
      const part = partOf(entry, readOptions, place);
      if (part.size > limits.arrayBytes) {
        const message = `found ${part.size} bytes of values, wanted at most ${limits.arrayBytes}`;
        throw new KerasProofError("limit", place, message, { offset: start + entry.start });
      }
      const bytes = sliceSource(source, start + entry.start + part.offset, part.size, place);
      const numbers = { dtype: storedDType(dtype), byteOrder: "little", entries: entriesOf(dtype) } as const;
      const data = await readNumbers(
        streamSource(bytes, place, readOptions.signal),
        numbers,
        sizeOf(part.shape),
        undefined,
        place,
      );
      return { dtype, shape: part.shape, data };
    },
  };
}

const dtypes: Readonly<Partial<Record<SafetensorsDType, Exclude<DType, "string">>>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  F8_E5M2: "float8_e5m2",
  F8_E4M3: "float8_e4m3fn",
  F8_E8M0: "float8_e8m0fnu",
  F8_E4M3FNUZ: "float8_e4m3fnuz",
  F8_E5M2FNUZ: "float8_e5m2fnuz",
  I16: "int16",
  U16: "uint16",
  F16: "float16",
  BF16: "bfloat16",
  I32: "int32",
  U32: "uint32",
  F32: "float32",
  C64: "complex64",
  F64: "float64",
  I64: "int64",
  U64: "uint64",
};

/** The shape of a part and the bytes that it takes, counted from the first of the tensor. */
function partOf(
  { shape, start, end }: TensorEntry,
  { start: first = 0, count }: SafetensorsReadOptions,
  path: string,
): { readonly shape: readonly number[]; readonly offset: number; readonly size: number } {
  const [extent, ...inner] = shape;
  if (extent === undefined) {
    if (first === 0 && count === undefined) return { shape, offset: 0, size: end - start };
    throw new KerasProofError("usage", path, "found a part of a scalar asked for, wanted all of it");
  }
  const wanted = count ?? extent - first;
  if (![first, wanted].every((number) => Number.isSafeInteger(number) && number >= 0) || first + wanted > extent) {
    const message = `found ${wanted} from ${first} asked for, wanted a part of ${extent} along the first axis`;
    throw new KerasProofError("usage", path, message);
  }
  const rowBytes = ((end - start) / Math.max(sizeOf(shape), 1)) * sizeOf(inner);
  return { shape: [wanted, ...inner], offset: first * rowBytes, size: wanted * rowBytes };
}
