import { type BitReader, readBits } from "./bit-reader.js";
import { brokenBytes, type FilteredBytes } from "./built-in-filter.js";

/** A datatype as the parameters describe it; `size` is in bytes, `stored` in bits. */
type PackedType = { readonly size: number; readonly stored: number } & (
  | PackedNumber
  /** One that is stored as it is. */
  | { readonly kind: "bytes" }
  | { readonly kind: "array"; readonly count: number; readonly element: PackedType }
  | { readonly kind: "compound"; readonly fields: readonly { readonly at: number; readonly type: PackedType }[] }
);

/** A number of which `precision` bits are stored, the lowest of them `offset` bits above its lowest. */
interface PackedNumber {
  readonly kind: "number";
  readonly bigEndian: boolean;
  readonly precision: number;
  readonly offset: number;
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
  const bits = readBits(bytes, 0);
  const elements = new Uint8Array(count * type.size);
  for (let i = 0; i < count; i++) unpackElement(type, bits, elements, i * type.size);
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
    if (size === 0) fail();
    // Going back could read the same parameters over and over.
    if (depth > maxDepth || types > parameters.length) fail();
    switch (kind) {
      case numberClass: {
        const [order, precision, offset] = [next(), next(), next()];
        if (order > 1 || precision === 0 || precision + offset > 8 * size) fail();
        return { kind: "number", size, stored: precision, bigEndian: order === 1, precision, offset };
      }
      case arrayClass: {
        const begin = at + 1;
        const element = readAny(depth + 1);
        if (element.kind === "bytes") return { kind: "bytes", size, stored: 8 * size };
        if (element.kind !== "number") at = begin;
        const count = Math.floor(size / element.size);
        return { kind: "array", size, stored: count * element.stored, count, element };
      }
      case compoundClass: {
        const fields: { at: number; type: PackedType }[] = [];
        let used = 0;
        let stored = 0;
        for (let left = next(); left > 0; left--) {
          const start = next();
          const type = readAny(depth + 1);
          used += type.size;
          stored += type.stored;
          if (used > size || start + type.size > size) fail();
          fields.push({ at: start, type });
        }
        return { kind: "compound", size, stored, fields };
      }
      case bytesClass:
        return { kind: "bytes", size, stored: 8 * size };
      default:
        return fail();
    }
  };
  return readAny(0);
}

function unpackElement(type: PackedType, bits: BitReader, elements: Uint8Array, at: number): void {
  switch (type.kind) {
    case "number":
      unpackNumber(type, type.size, bits, elements, at);
      break;
    case "bytes":
      for (let i = 0; i < type.size; i++) elements[at + i] = bits.take(8);
      break;
    case "array":
      for (let i = 0; i < type.count; i++) unpackElement(type.element, bits, elements, at + i * type.element.size);
      break;
    case "compound":
      for (const field of type.fields) unpackElement(field.type, bits, elements, at + field.at);
      break;
  }
}

/** Into zeroed memory, byte by byte from the one with the highest stored bits. */
function unpackNumber(type: PackedNumber, size: number, bits: BitReader, elements: Uint8Array, at: number): void {
  const { bigEndian, precision, offset } = type;
  const end = offset + precision;
  for (let byte = Math.ceil(end / 8) - 1; 8 * byte + 8 > offset && byte >= 0; byte--) {
    const low = Math.max(offset - 8 * byte, 0);
    const count = Math.min(end - 8 * byte, 8) - low;
    elements[at + (bigEndian ? size - 1 - byte : byte)] = bits.take(count) << low;
  }
}
