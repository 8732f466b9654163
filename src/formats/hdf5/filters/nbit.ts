import { numberAt, openBits, putNumber } from "./bit-reader.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";

/** A datatype as the parameters describe it; `size` is in bytes, `stored` in bits. */
type PackedType = { readonly size: number; readonly stored: number } & (PackedNumber | PackedParts);

/** A number, of which the lowest stored bit is `offset` bits above its lowest. */
interface PackedNumber {
  readonly bigEndian: boolean;
  readonly offset: number;
  readonly parts?: undefined;
}

interface PackedParts {
  readonly parts: readonly PackedPart[];
}

/** So many elements of a type, one after the other, from the byte `at` on. */
interface PackedPart {
  readonly at: number;
  readonly count: number;
  readonly type: PackedType;
}

/** What is stored as it is. */
const octet: PackedType = { size: 1, stored: 8, bigEndian: false, offset: 0 };

function arrayOf(type: PackedType, count: number, size: number): PackedType {
  return { size, stored: count * type.stored, parts: partsOf(type, count, 0) };
}

/** The parts that so many elements of a type are; those of one are its own, so that levels of one take no time. */
function partsOf(type: PackedType, count: number, at: number): readonly PackedPart[] {
  if (count > 1 || type.parts === undefined) return [{ at, count, type }];
  return type.parts.map((part) => ({ ...part, at: at + part.at }));
}

/**
 * Filter 5: numbers without their unused bits (libhdf5's `H5Znbit.c`). The parameters are their own number, whether
 * nothing was done, the number of elements, and the datatype: for numbers size, byte order, precision and offset, for
 * arrays size and element, for compounds size, number of fields and for each its offset and type.
 */
export function undoNbit(filtered: FilteredBytes): Uint8Array {
  const { bytes, parameters, maxSize } = filtered;
  const [length, nothingDone, count = 0] = parameters;
  const fail = (): never => {
    throw brokenBytes(filtered, "nbit");
  };
  if (length !== parameters.length) fail();
  if (nothingDone !== 0) return bytes;
  const type = readType(parameters, fail);
  if (count * type.size > maxSize || count * type.stored > 8 * bytes.length) fail();
  const elements = new Uint8Array(count * type.size);
  unpack(type, count, openBits(bytes), 0, new DataView(elements.buffer), 0);
  return elements;
}

/**
 * The type that the parameters from the fourth on describe. libhdf5 goes back to the beginning of an array's element
 * once it is through with the array, when it writes as when it reads, so a field after an array of arrays or compounds
 * is packed by other parameters than its own; most often it cannot read that either.
 */
function readType(parameters: readonly number[], fail: () => never): PackedType {
  /** `H5Z_NBIT_ATOMIC` to `H5Z_NBIT_NOOPTYPE`. */
  const numberClass = 1;
  const arrayClass = 2;
  const compoundClass = 3;
  const bytesClass = 4;
  const maxDepth = 32;
  let at = 3;
  let types = 0;
  const next = (): number => parameters[at++] ?? fail();
  const readAny = (depth: number): PackedType => {
    const kind = next();
    const size = next();
    types += 1;
    // Going back could read the same parameters over and over.
    if (size === 0 || depth > maxDepth || types > parameters.length) fail();
    switch (kind) {
      case numberClass: {
        const order = next();
        const precision = next();
        const offset = next();
        if (order > 1 || precision === 0 || precision + offset > 8 * size) fail();
        return { size, stored: precision, bigEndian: order === 1, offset };
      }
      case arrayClass: {
        const elementClass = parameters[at];
        const begin = at + 1;
        const element = readAny(depth + 1);
        if (elementClass === bytesClass) return arrayOf(octet, size, size);
        if (elementClass !== numberClass) at = begin;
        return arrayOf(element, Math.floor(size / element.size), size);
      }
      case compoundClass: {
        const parts: PackedPart[] = [];
        let used = 0;
        let stored = 0;
        for (let left = next(); left > 0; left--) {
          const start = next();
          const type = readAny(depth + 1);
          used += type.size;
          stored += type.stored;
          if (used > size || start + type.size > size) fail();
          // Otherwise there is no end to fields of nothing.
          if (type.stored > 0) parts.push(...partsOf(type, 1, start));
        }
        return { size, stored, parts };
      }
      case bytesClass:
        return arrayOf(octet, size, size);
      default:
        return fail();
    }
  };
  return readAny(0);
}

/**
 * Unpacks so many elements into zeroed memory, from the bit `at` on to the byte `start` and on; the result is the bit
 * behind them.
 */
function unpack(type: PackedType, count: number, packed: DataView, at: number, to: DataView, start: number): number {
  const { size, stored } = type;
  // There may be any number of elements of nothing.
  if (stored === 0) return at;
  let next = at;
  const end = start + count * size;
  if (type.parts !== undefined) {
    for (let element = start; element < end; element += size) {
      for (const part of type.parts) next = unpack(part.type, part.count, packed, next, to, element + part.at);
    }
    return next;
  }
  const { bigEndian, offset } = type;
  /** Bytes that are written at once. */
  const step = size % 4 === 0 ? 4 : size === 2 ? 2 : 1;
  const highest = step * Math.floor((offset + stored - 1) / (8 * step));
  for (let element = start; element < end; element += size) {
    // From those with the highest stored bits.
    for (let first = highest; first >= 0 && 8 * (first + step) > offset; first -= step) {
      const low = Math.max(offset - 8 * first, 0);
      const bits = Math.min(offset + stored - 8 * first, 8 * step) - low;
      const at = element + (bigEndian ? size - step - first : first);
      putNumber(to, at, step, numberAt(packed, next, bits) << low, !bigEndian);
      next += bits;
    }
  }
  return next;
}
