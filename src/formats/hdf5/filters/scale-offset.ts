import type { ErrorCode } from "../../../errors.js";
import { reverseElements } from "../../byte-order.js";
import { fillWith } from "../fill-value.js";
import { numberAt, openBits, putNumber } from "./bit-reader.js";
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
    if (size !== 8 && size !== 4 && !(integer && size <= 2)) fail();
    const minimum = new DataView(new Uint8Array(bytes.subarray(5, 13)).fill(0, bytes[4]).buffer);
    const minLow = minimum.getUint32(0, true);
    const minHigh = minimum.getUint32(4, true);
    // Floats are computed in their own precision: each step is rounded as C does, whatever `Float32Array` is here.
    const least = size === 4 ? minimum.getFloat32(0, true) : minimum.getFloat64(0, true);
    const divisor = size === 4 ? Math.fround(powerOfTen(factor)) : powerOfTen(factor);
    const packed = openBits(bytes.subarray(headerBytes));
    const view = new DataView(elements.buffer);
    const highBits = Math.max(bits - 32, 0);
    const lowBits = bits - highBits;
    // All stored bits ones; without a fill value there is none that stands for it.
    const fillDistanceHigh = filled === 1 ? 2 ** highBits - 1 : -1;
    const fillDistanceLow = 2 ** lowBits - 1;
    // Elements without stored bits are all the same.
    const end = bits === 0 ? Math.min(size, elements.length) : elements.length;
    for (let to = 0, at = 0; to < end; to += size, at += bits) {
      let high = highBits === 0 ? 0 : numberAt(packed, at, highBits);
      let low = lowBits === 0 ? 0 : numberAt(packed, at + highBits, lowBits);
      const isFill = low === fillDistanceLow && high === fillDistanceHigh;
      if (isFill || integer) {
        high = isFill ? fillHigh : minHigh + high + (minLow + low >= 2 ** 32 ? 1 : 0);
        low = isFill ? fillLow : minLow + low;
        putNumber(view, to, size, low, true);
        if (size === 8) view.setUint32(to + 4, high, true);
      } else if (size === 4) view.setFloat32(to, Math.fround(Math.fround(low) / divisor) + least, true);
      else view.setFloat64(to, (high * 2 ** 32 + low) / divisor + least, true);
    }
    if (bits === 0) fillWith(elements, elements.slice(0, size));
  }
  if (order === 1) reverseElements(elements, size);
  return elements;
}

/** Parsed, since a computed one may be a bit off. The exponent is signed, unlike other parameters. */
function powerOfTen(exponent: number): number {
  return Number(`1e${exponent | 0}`);
}
