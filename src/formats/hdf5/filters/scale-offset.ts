import { type ErrorCode, KerasProofError } from "../../../errors.js";
import { readBits } from "./bit-reader.js";
import type { FilteredBytes } from "./filter-function.js";

/** As many parameters as libhdf5 writes, whatever the type. */
const parameterCount = 20;
/** `H5Z_SO_FLOAT_DSCALE`, `H5Z_SO_FLOAT_ESCALE` and `H5Z_SO_INT`. */
const scaling = { decimal: 0, binary: 1, integer: 2 } as const;
const integerClass = 0;
/** Before the packed elements: bits of each (4 bytes), bytes of the minimum (1), the minimum (16, of which 8 count). */
const headerBytes = 21;

/** Writes a number of 64 bits at an offset, or as many of its low bytes as the element has. */
type ElementWriter = (at: number, low: number, high: number) => void;

/**
 * Filter 6: the distances of numbers from the smallest of the chunk, in as few bits as they need (libhdf5's
 * `H5Zscaleoffset.c`). Floating-point numbers were multiplied by a power of ten and rounded before, and are computed
 * back in their own precision as libhdf5 does. Where the fill value is defined, the highest distance stands for it.
 * Scaling by powers of two, which libhdf5 refuses to write and to read, is `unsupported-hdf5`.
 */
export function undoScaleOffset({ bytes, parameters, maxSize, place }: FilteredBytes): Uint8Array {
  const [scale, factor = 0, count = 0, typeClass, size = 0, , order, filled, fillLow = 0, fillHigh = 0] = parameters;
  const fail = (found: string, code: ErrorCode = "corrupt"): never => {
    throw new KerasProofError(code, place, `found ${found}, wanted numbers of the filter scaleoffset`);
  };
  if (parameters.length !== parameterCount) fail(`${parameters.length} parameters for ${parameterCount}`);
  if (scale === scaling.binary) fail("scaling by powers of two", "unsupported-hdf5");
  const integer = typeClass === integerClass;
  if (scale !== (integer ? scaling.integer : scaling.decimal)) fail(`the scale type ${scale}`);
  if (integer && factor === 8 * size) return bytes;
  if (bytes.length < headerBytes) fail(`${bytes.length} bytes`);
  if (size === 0 || count * size > maxSize) fail(`${count} elements of ${size} bytes for ${maxSize} bytes`);

  const elements = new Uint8Array(count * size);
  const littleEndian = order !== 1;
  const bits = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (bits > 8 * size) fail(`${bits} bits for ${size} bytes`);
  if (bits === 8 * size) {
    const plain = bytes.subarray(headerBytes, headerBytes + elements.length);
    if (plain.length < elements.length) fail(`${plain.length} bytes`);
    elements.set(plain);
    if (!littleEndian) reverseElements(elements, size);
    return elements;
  }

  const write = openWriter(new DataView(elements.buffer), size, littleEndian) ?? fail(`${size} bytes each`);
  const minimum = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < Math.min(bytes[4]!, 8); i++) minimum.setUint8(i, bytes[5 + i]!);
  const restore = integer
    ? restoreInteger(write, minimum)
    : (restoreFloat(new DataView(elements.buffer), size, littleEndian, factor | 0, minimum) ??
      fail(`${size} bytes each`));
  if (count * bits > 8 * (bytes.length - headerBytes)) fail(`${bytes.length} bytes for ${count} elements`);
  const packed = readBits(bytes, headerBytes);
  const highBits = Math.max(bits - 32, 0);
  const lowBits = bits - highBits;
  // All stored bits ones; without a fill value there is none that stands for it.
  const fillDistanceHigh = filled === 1 ? 2 ** highBits - 1 : -1;
  const fillDistanceLow = 2 ** lowBits - 1;
  for (let at = 0; at < elements.length; at += size) {
    const high = highBits === 0 ? 0 : packed.take(highBits);
    const low = lowBits === 0 ? 0 : packed.take(lowBits);
    if (high === fillDistanceHigh && low === fillDistanceLow) write(at, fillLow, fillHigh);
    else restore(at, low, high);
  }
  return elements;
}

function openWriter(view: DataView, size: number, littleEndian: boolean): ElementWriter | undefined {
  switch (size) {
    case 1:
      return (at, low) => view.setUint8(at, low);
    case 2:
      return (at, low) => view.setUint16(at, low, littleEndian);
    case 4:
      return (at, low) => view.setUint32(at, low, littleEndian);
    case 8:
      return (at, low, high) => {
        view.setUint32(littleEndian ? at : at + 4, low, littleEndian);
        view.setUint32(littleEndian ? at + 4 : at, high, littleEndian);
      };
    default:
      return undefined;
  }
}

/** The sum of minimum and distance, of which the element keeps the low bytes. */
function restoreInteger(write: ElementWriter, minimum: DataView): ElementWriter {
  const minLow = minimum.getUint32(0, true);
  const minHigh = minimum.getUint32(4, true);
  return (at, low, high) => {
    const sum = minLow + low;
    write(at, sum, minHigh + high + (sum >= 2 ** 32 ? 1 : 0));
  };
}

/**
 * `distance / 10^factor + minimum`, each step in the precision of the element: of 4 bytes as C computes with floats,
 * whatever `Float32Array` is here.
 */
function restoreFloat(
  view: DataView,
  size: number,
  littleEndian: boolean,
  factor: number,
  minimum: DataView,
): ElementWriter | undefined {
  // Parsed, since a computed power of ten may be a bit off.
  const scale = Number(`1e${factor}`);
  if (size === 8) {
    const least = minimum.getFloat64(0, true);
    return (at, low, high) => view.setFloat64(at, (high * 2 ** 32 + low) / scale + least, littleEndian);
  }
  if (size !== 4) return undefined;
  const least = minimum.getFloat32(0, true);
  const rounded = Math.fround(scale);
  return (at, low) => {
    view.setFloat32(at, Math.fround(Math.fround(low) / rounded) + least, littleEndian);
  };
}

function reverseElements(elements: Uint8Array, size: number): void {
  for (let at = 0; at < elements.length; at += size) elements.subarray(at, at + size).reverse();
}
