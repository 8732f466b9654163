import type { ErrorCode } from "../../../errors.js";
import { reverseElements } from "../../byte-order.js";
import { readBits } from "./bit-reader.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";

/**
 * Filter 6: the distances of numbers from the smallest of the chunk, in as few bits as they need (libhdf5's
 * `H5Zscaleoffset.c`). Floating-point numbers were multiplied by a power of ten and rounded before, and are computed
 * back in their own precision as libhdf5 does. Where the fill value is defined, the highest distance stands for it.
 * Scaling by powers of two, which libhdf5 refuses to write and to read, is `unsupported-hdf5`.
 */
export function undoScaleOffset(filtered: FilteredBytes): Uint8Array {
  const { bytes, parameters, maxSize } = filtered;
  /** `H5Z_SO_FLOAT_DSCALE`, `H5Z_SO_FLOAT_ESCALE` and `H5Z_SO_INT`. */
  const decimalScale = 0;
  const binaryScale = 1;
  const integerScale = 2;
  /** As many parameters as libhdf5 writes, whatever the type. */
  const parameterCount = 20;
  const integerClass = 0;
  /** Before the packed elements: bits of each (4 bytes), bytes of the minimum (1), the minimum (16; 8 count). */
  const headerBytes = 21;
  const [scale, factor = 0, count = 0, typeClass, size = 0, , order, filled, fillLow = 0, fillHigh = 0] = parameters;
  const fail = (code: ErrorCode = "corrupt"): never => {
    throw brokenBytes(filtered, "scaleoffset", code);
  };
  const integer = typeClass === integerClass;
  if (parameters.length !== parameterCount) fail();
  if (scale === binaryScale) fail("unsupported-hdf5");
  if (scale !== (integer ? integerScale : decimalScale)) fail();
  if (integer && factor === 8 * size) return bytes;
  if (size === 0 || count * size > maxSize || bytes.length < headerBytes) fail();

  const elements = new Uint8Array(count * size);
  const bits = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (bits > 8 * size || count * bits > 8 * (bytes.length - headerBytes)) fail();
  if (bits === 8 * size) {
    elements.set(bytes.subarray(headerBytes, headerBytes + elements.length));
  } else {
    if (size > 8 || !(integer || size === 4 || size === 8)) fail();
    const minimum = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < Math.min(bytes[4]!, 8); i++) minimum.setUint8(i, bytes[5 + i]!);
    const restore = integer ? addMinimum(elements, size, minimum) : unscale(elements, size === 4, minimum, factor);
    const packed = readBits(bytes, headerBytes);
    const highBits = Math.max(bits - 32, 0);
    const lowBits = bits - highBits;
    // All stored bits ones; without a fill value there is none that stands for it.
    const fillDistanceHigh = filled === 1 ? 2 ** highBits - 1 : -1;
    const fillDistanceLow = 2 ** lowBits - 1;
    for (let at = 0; at < elements.length; at += size) {
      const high = highBits === 0 ? 0 : packed.take(highBits);
      const low = lowBits === 0 ? 0 : packed.take(lowBits);
      if (high === fillDistanceHigh && low === fillDistanceLow) writeNumber(elements, at, size, fillLow, fillHigh);
      else restore(at, low, high);
    }
  }
  if (order === 1) reverseElements(elements, size);
  return elements;
}

/** Writes an element from its distance, of which `low` are the lower 32 bits, in little-endian order. */
type Restore = (at: number, low: number, high: number) => void;

/** The low bytes of a number of 64 bits, as many as the element has. */
function writeNumber(elements: Uint8Array, at: number, size: number, low: number, high: number): void {
  // A shift by 32 and more counts from 0 again.
  for (let i = 0; i < size; i++) elements[at + i] = (i < 4 ? low : high) >>> (8 * i);
}

function addMinimum(elements: Uint8Array, size: number, minimum: DataView): Restore {
  const minLow = minimum.getUint32(0, true);
  const minHigh = minimum.getUint32(4, true);
  return (at, low, high) => {
    const sum = minLow + low;
    writeNumber(elements, at, size, sum, minHigh + high + (sum >= 2 ** 32 ? 1 : 0));
  };
}

/** In the precision of the numbers: each step with floats rounded as C does, whatever `Float32Array` is here. */
function unscale(elements: Uint8Array, isSingle: boolean, minimum: DataView, factor: number): Restore {
  const view = new DataView(elements.buffer);
  const rounded = isSingle ? Math.fround : Number;
  const least = isSingle ? minimum.getFloat32(0, true) : minimum.getFloat64(0, true);
  const scale = rounded(powerOfTen(factor));
  return (at, low, high) => {
    const value = rounded(rounded(high * 2 ** 32 + low) / scale) + least;
    if (isSingle) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  };
}

/** Parsed, since a computed one may be a bit off. The exponent is signed, unlike other parameters. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent | 0}`);
}
