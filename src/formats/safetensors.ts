import { KerasProofError } from "../errors.js";
import { anything, checkKinds, openingKinds, type OptionKinds, readingKinds } from "./option-kinds.js";
import { type DType, entriesOf, type NdArray, sizeOf } from "../ndarray.js";
import { atByte } from "./at-byte.js";
import { type ByteInput, type ByteReadOptions, nameOf, openSource } from "./byte-source.js";
import { streamSource } from "./byte-stream.js";
import { storedDType } from "./complex.js";
import { Cursor } from "./cursor.js";
import { chooseLimits, type Limits } from "./limits.js";
import { readNumbers } from "./number-values.js";
import { printable } from "./printable.js";
import { parseSafetensorsHeader, type SafetensorsDType, type TensorEntry } from "./safetensors-header.js";

export type { SafetensorsDType };

/** An open safetensors file. Values are read when they are asked for. */
export interface SafetensorsFile {
  /** The names of the tensors, in the order of their values. */
  readonly names: readonly string[];
  /** The texts that the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>;
  /** One tensor; undefined where there is none of that name. */
  get(name: string): SafetensorsTensor | undefined;
}

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

/** What a caller may choose about a file. */
export interface SafetensorsOptions {
  /** Those that differ from `defaultLimits`; `members` counts tensors. */
  readonly limits?: Partial<Limits>;
  /** The name of the file in errors; by default the source's own, else `file.safetensors`. */
  readonly name?: string;
  /** Stops the opening with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

const optionKinds: OptionKinds<SafetensorsOptions> = openingKinds;
/** Of which part of the shape they mean is seen where it is read. */
const partKinds: OptionKinds<SafetensorsReadOptions> = { ...readingKinds, start: anything, count: anything };

/** MAX_HEADER_SIZE of the format's own reader (safetensors/src/tensor.rs). */
const mostHeaderBytes = 100_000_000;
const lengthBytes = 8;

/**
 * Opens a safetensors file. Only its header is read. Throws `unknown-format` for a file that does not begin as one,
 * `truncated`, `bad-json`, `duplicate` for a name that stands twice, `corrupt` for a header that contradicts itself or
 * does not cover the file, `unsupported-format` for another dtype, `limit` for a header of more than 100 MB, for more
 * tensors than `members`, and for one of 2^53 bits or more, and `aborted`.
 */
export async function openSafetensors(input: ByteInput, options: SafetensorsOptions = {}): Promise<SafetensorsFile> {
  checkKinds(options, optionKinds, "openSafetensors");
  const path = nameOf(input, options.name, "file.safetensors");
  const limits = chooseLimits(options.limits);
  const { signal } = options;
  const source = openSource(input, path);
  const first = new Cursor(await source.read(0, Math.min(lengthBytes + 1, source.size), { signal }), path);
  // Looked at before the length, which of a file of another format may be any number.
  first.skip(lengthBytes);
  if (first.uint8() !== 0x7b) first.fail("unknown-format", "found no { after the length of the header, wanted one");
  first.seek(0);
  const length = first.uint64();
  const start = lengthBytes + length;
  if (length > mostHeaderBytes) {
    first.seek(0);
    first.fail("limit", `found a header of ${length} bytes, wanted at most ${mostHeaderBytes}`);
  }
  const text = await source.read(lengthBytes, length, { signal });
  const { entries, metadata } = await atByte(lengthBytes, () =>
    parseSafetensorsHeader(text, source.size - start, path, limits, lengthBytes),
  );

  const openTensor = (entry: TensorEntry): SafetensorsTensor => {
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
        const stream = streamSource(source, start + entry.start + part.offset, part.size, place, readOptions.signal);
        const numbers = { dtype: storedDType(dtype), byteOrder: "little", entries: entriesOf(dtype) } as const;
        const data = await readNumbers(stream, numbers, sizeOf(part.shape), undefined, place);
        return { dtype, shape: part.shape, data };
      },
    };
  };
  const tensors = new Map(entries.map((entry) => [entry.name, openTensor(entry)]));
  return { names: [...tensors.keys()], metadata, get: (name) => tensors.get(name) };
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
