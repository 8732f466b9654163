import { type ComplexDType, type DType, type NumericData, sizeOf } from "../ndarray.js";
import { allocateBytes } from "./allocate.js";
import type { ByteOrder } from "./byte-order.js";
import { type ByteStream, readElements } from "./byte-stream.js";
import { toBooleans } from "./booleans.js";
import { asWords, readFortranOrder } from "./fortran-order.js";
import { isRare, rareBits } from "./rare-floats.js";
import { type SmallFloat, widenedBits } from "./small-floats.js";
import { float32Values, isTyped, takeNumbers } from "./typed-numbers.js";

/** Element types that are stored as one number of a fixed size. */
export type NumberDType = Exclude<DType, "string" | ComplexDType>;

export type { ByteOrder };

/** The number of bytes of one stored element. */
export const storedBytes: Readonly<Record<NumberDType, number>> = {
  bool: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  float8_e4m3fn: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

/** The number of bytes of one element as `readNumbers` hands it out. */
export function heldBytes(dtype: NumberDType): number {
  return isTyped(dtype) ? storedBytes[dtype] : 4;
}

/** How numbers are stored: `entries` of them make an element. */
interface StoredNumbers {
  readonly dtype: NumberDType;
  readonly byteOrder: ByteOrder;
  readonly entries?: number;
}

/**
 * Reads `count` elements of stored numbers from a stream, in the representation that `NdArray` documents: floats of fewer
 * than 4 bytes exactly widened, bool as 0 and 1 (every other byte than 0 is true, as in NumPy). They go straight to the
 * memory in which they stay, in C order; with a `fortranShape` the stream has them in Fortran order. No more than a block
 * is held beside, or what `readFortranOrder` needs. Correct also where `globalThis.Float32Array` was replaced by a wider
 * type.
 */
export async function readNumbers(
  stream: ByteStream,
  { dtype, byteOrder, entries = 1 }: StoredNumbers,
  count: number,
  fortranShape: readonly number[] | undefined,
  path: string,
): Promise<NumericData> {
  if (!isTyped(dtype)) {
    const words = new Int32Array(allocateBytes(4 * count, path).buffer);
    await widenInto(words, stream, dtype, byteOrder, fortranShape);
    return float32Values(words.buffer);
  }
  const bytes = await readStored(stream, storedBytes[dtype], entries * count, fortranShape, path);
  return dtype === "bool" ? toBooleans(bytes) : takeNumbers(bytes, dtype, byteOrder);
}

/** Numbers of so many bytes in C order, as they are stored, in memory of their own. */
async function readStored(
  stream: ByteStream,
  size: number,
  count: number,
  fortranShape: readonly number[] | undefined,
  path: string,
): Promise<Uint8Array> {
  if (fortranShape === undefined) return stream.take(size * count);
  const memory = allocateBytes(size * count, path);
  const wordBytes = Math.min(size, 4);
  const words = { step: memory.length / wordBytes / sizeOf(fortranShape), storedBytes: wordBytes };
  await readFortranOrder(stream, fortranShape, words, asWords(memory, wordBytes), (block) => asWords(block, wordBytes));
  return memory;
}

/** Fills words with the float32 bits of small floats, in C order. */
async function widenInto(
  words: Int32Array,
  stream: ByteStream,
  dtype: SmallFloat,
  byteOrder: ByteOrder,
  fortranShape: readonly number[] | undefined,
): Promise<void> {
  const size = storedBytes[dtype];
  const bitsOf = isRare(dtype) ? rareBits[dtype] : widenedBits[dtype];
  const low = byteOrder === "little" ? 0 : 1;
  const widen = (block: Uint8Array, into: Int32Array): void => {
    if (size === 1) for (let i = 0; i < into.length; i++) into[i] = bitsOf(block[i]!);
    else for (let i = 0; i < into.length; i++) into[i] = bitsOf(block[2 * i + low]! | (block[2 * i + 1 - low]! << 8));
  };
  if (fortranShape === undefined) {
    await readElements(stream, size, words.length, (block, first, length) => {
      widen(block, words.subarray(first, first + length));
    });
    return;
  }
  // The first block is the longest.
  let scratch: Int32Array | undefined;
  await readFortranOrder(stream, fortranShape, { step: 1, storedBytes: size }, words, (block) => {
    scratch ??= new Int32Array(block.length / size);
    const widened = scratch.subarray(0, block.length / size);
    widen(block, widened);
    return widened;
  });
}
