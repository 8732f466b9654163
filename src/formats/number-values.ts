import type { ComplexDType, DType, NumericData } from "../ndarray.js";
import { allocateBytes } from "./allocate.js";
import type { ByteOrder } from "./byte-order.js";
import { type ByteStream, readElements } from "./byte-stream.js";
import type { ElementPlaces } from "./fortran-order.js";
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
 * straight to the memory in which they stay, each element to its place, beside which no more than a block is held.
 * Correct also where `globalThis.Float32Array` was replaced by a wider type.
 */
export async function readNumbers(
  stream: ByteStream,
  { dtype, byteOrder, entries = 1 }: { dtype: NumberDType; byteOrder: ByteOrder; entries?: number },
  count: number,
  places: ElementPlaces | undefined,
  path: string,
): Promise<NumericData> {
  const size = storedBytes[dtype];
  if (isTyped(dtype)) {
    const elementBytes = size * entries;
    if (places === undefined) return takeNumbers(await stream.take(elementBytes * count), dtype, byteOrder);
    const memory = allocateBytes(elementBytes * count, path);
    await readElements(stream, elementBytes, count, places, (block, from, to, step, length) => {
      for (let i = 0; i < length; i++) {
        const source = (from + i) * elementBytes;
        const target = (to + i * step) * elementBytes;
        for (let byte = 0; byte < elementBytes; byte++) memory[target + byte] = block[source + byte]!;
      }
    });
    return takeNumbers(memory, dtype, byteOrder);
  }
  const bitsOf = isRare(dtype) ? rareBits[dtype] : widenedBits[dtype];
  const words = new Uint32Array(allocateBytes(4 * count, path).buffer);
  const low = byteOrder === "little" ? 0 : 1;
  await readElements(stream, size, count, places, (block, from, to, step, length) => {
    let target = to;
    if (size === 1) for (let at = from; at < from + length; at++, target += step) words[target] = bitsOf(block[at]!);
    else {
      for (let at = 2 * from; at < 2 * (from + length); at += 2, target += step) {
        words[target] = bitsOf(block[at + low]! | (block[at + 1 - low]! << 8));
      }
    }
  });
  return float32Values(words.buffer);
}
