import type { ComplexDType, DType, NumericData } from "../ndarray.js";
import { allocateBytes } from "./allocate.js";
import type { ByteOrder } from "./byte-order.js";
import { type ByteStream, readElements } from "./byte-stream.js";
import { toBooleans } from "./booleans.js";
import { asWords, readFortranOrder } from "./fortran-order.js";
import { isRare, rareBits } from "./rare-floats.js";
import { widenedBits } from "./small-floats.js";
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

/**
 * Reads `count` elements of `entries` stored numbers each from a stream, in the representation that `NdArray` documents:
 * floats of fewer than 4 bytes exactly widened, bool as 0 and 1 (every other byte than 0 is true, as in NumPy). They go
 * straight to the memory in which they stay, in C order also where a `fortranShape` says that the stream has them in
 * Fortran order; no more than a block is held beside, or what `readFortranOrder` says. Correct also where `globalThis.Float32Array` was replaced by a
 * wider type.
 */
export async function readNumbers(
  stream: ByteStream,
  { dtype, byteOrder, entries = 1 }: { dtype: NumberDType; byteOrder: ByteOrder; entries?: number },
  count: number,
  fortranShape: readonly number[] | undefined,
  path: string,
): Promise<NumericData> {
  const size = storedBytes[dtype];
  if (isTyped(dtype)) {
    const bytes = entries * size * count;
    const take = (memory: Uint8Array): NumericData =>
      dtype === "bool" ? toBooleans(memory) : takeNumbers(memory, dtype, byteOrder);
    if (fortranShape === undefined) return take(await stream.take(bytes));
    const memory = allocateBytes(bytes, path);
    const wordBytes = Math.min(size, 4);
    const words = { entries: (entries * size) / wordBytes, storedBytes: wordBytes };
    const target = asWords(memory, wordBytes);
    await readFortranOrder(stream, fortranShape, words, target, (block) => asWords(block, wordBytes));
    return take(memory);
  }
  const bitsOf = isRare(dtype) ? rareBits[dtype] : widenedBits[dtype];
  const low = byteOrder === "little" ? 0 : 1;
  const widen = (block: Uint8Array, into: Uint32Array): void => {
    if (size === 1) for (let i = 0; i < into.length; i++) into[i] = bitsOf(block[i]!);
    else for (let i = 0; i < into.length; i++) into[i] = bitsOf(block[2 * i + low]! | (block[2 * i + 1 - low]! << 8));
  };
  const words = new Uint32Array(allocateBytes(4 * count, path).buffer);
  if (fortranShape === undefined) {
    await readElements(stream, size, count, (block, first, length) => {
      widen(block, words.subarray(first, first + length));
    });
  } else {
    // The first block is the longest.
    let scratch: Uint32Array | undefined;
    await readFortranOrder(stream, fortranShape, { entries: 1, storedBytes: size }, words, (block) => {
      scratch ??= new Uint32Array(block.length / size);
      widen(block, scratch.subarray(0, block.length / size));
      return scratch;
    });
  }
  return float32Values(words.buffer);
}
