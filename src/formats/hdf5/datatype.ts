import type { Cursor } from "../cursor.js";
import type { ByteOrder, NumberDType } from "../number-values.js";
import { decodeUtf8 } from "../utf8.js";
import { readTerminated } from "./local-heap.js";

/** How a text of fixed length is filled up to it. */
export type StringPadding = "null-terminated" | "null-padded" | "space-padded";

/** The type of an element and the number of bytes that one takes where it is stored. */
export type Datatype =
  | { readonly kind: "number"; readonly bytes: number; readonly dtype: NumberDType; readonly byteOrder: ByteOrder }
  | { readonly kind: "fixed-string"; readonly bytes: number; readonly padding: StringPadding }
  | { readonly kind: "variable-string"; readonly bytes: number }
  | { readonly kind: "opaque"; readonly bytes: number }
  | { readonly kind: "unsupported"; readonly bytes: number; readonly feature: string };

const classNames = [
  "integer",
  "floating-point",
  "time",
  "string",
  "bit field",
  "opaque",
  "compound",
  "reference",
  "enumeration",
  "variable-length sequence",
  "array",
  "complex number",
];

const paddings: readonly (StringPadding | undefined)[] = ["null-terminated", "null-padded", "space-padded"];

const integerTypes: Readonly<Record<number, readonly [signed: NumberDType, unsigned: NumberDType]>> = {
  1: ["int8", "uint8"],
  2: ["int16", "uint16"],
  4: ["int32", "uint32"],
  8: ["int64", "uint64"],
};

/** Sign position, exponent position and width, mantissa position and width, exponent bias. */
const floatTypes: readonly { readonly dtype: NumberDType; readonly bytes: number; readonly layout: string }[] = [
  { dtype: "float16", bytes: 2, layout: "15,10,5,0,10,15" },
  { dtype: "bfloat16", bytes: 2, layout: "15,7,8,0,7,127" },
  { dtype: "float32", bytes: 4, layout: "31,23,8,0,23,127" },
  { dtype: "float64", bytes: 8, layout: "63,52,11,0,52,1023" },
];

/**
 * Reads a Datatype message (specification, IV.A.2.d). A valid type that has no place in an `NdArray` comes back as
 * `unsupported` with what it is, so that it is refused only where its values are wanted.
 */
export function readDatatype(cursor: Cursor): Datatype {
  const classAndVersion = cursor.uint8();
  const typeClass = classAndVersion & 0x0f;
  const version = classAndVersion >> 4;
  const flags = cursor.uint8() | (cursor.uint8() << 8) | (cursor.uint8() << 16);
  const bytes = cursor.uint32();
  if (version < 1 || version > 5) cursor.fail("corrupt", `found a datatype of version ${version}, wanted 1 to 5`);
  if (bytes === 0) cursor.fail("corrupt", "found a datatype of 0 bytes, wanted at least 1");
  switch (typeClass) {
    case 0:
      return readInteger(cursor, flags, bytes);
    case 1:
      return readFloat(cursor, flags, bytes);
    case 3: {
      const padding = paddings[flags & 0x0f];
      if (padding === undefined) return cursor.fail("corrupt", `found the text padding ${flags & 0x0f}, wanted 0 to 2`);
      return { kind: "fixed-string", bytes, padding };
    }
    case 5:
      return { kind: "opaque", bytes };
    case 8:
      return readEnumeration(cursor, flags, bytes, version);
    case 9:
      if ((flags & 0x0f) === 1) return { kind: "variable-string", bytes };
      break;
    default:
      break;
  }
  const feature = classNames[typeClass];
  if (feature === undefined) return cursor.fail("corrupt", `found the datatype class ${typeClass}, wanted 0 to 11`);
  return { kind: "unsupported", bytes, feature: `the datatype ${feature}` };
}

function byteOrderOf(flags: number): ByteOrder {
  return (flags & 0x01) === 0 ? "little" : "big";
}

function readInteger(cursor: Cursor, flags: number, bytes: number): Datatype {
  const offset = cursor.uint16();
  const precision = cursor.uint16();
  const dtype = integerTypes[bytes]?.[(flags & 0x08) === 0 ? 1 : 0];
  if (dtype === undefined || offset !== 0 || precision !== 8 * bytes) {
    return { kind: "unsupported", bytes, feature: `an integer of ${precision} bits in ${bytes} bytes` };
  }
  return { kind: "number", bytes, dtype, byteOrder: byteOrderOf(flags) };
}

function readFloat(cursor: Cursor, flags: number, bytes: number): Datatype {
  const offset = cursor.uint16();
  const precision = cursor.uint16();
  const exponentPosition = cursor.uint8();
  const exponentBits = cursor.uint8();
  const mantissaPosition = cursor.uint8();
  const mantissaBits = cursor.uint8();
  const bias = cursor.uint32();
  const sign = (flags >> 8) & 0xff;
  const layout = [sign, exponentPosition, exponentBits, mantissaPosition, mantissaBits, bias].join(",");
  const known = floatTypes.find((type) => type.bytes === bytes && type.layout === layout);
  // Bit 6 with bit 0 is the order of the VAX; bits 4 and 5 say how the leading 1 is stored, 2 being "not at all".
  const plain = offset === 0 && precision === 8 * bytes && (flags & 0x40) === 0 && ((flags >> 4) & 0x03) === 2;
  if (known === undefined || !plain) {
    return { kind: "unsupported", bytes, feature: `a floating-point type of ${bytes} bytes that is not IEEE 754's` };
  }
  return { kind: "number", bytes, dtype: known.dtype, byteOrder: byteOrderOf(flags) };
}

/** h5py stores bool as an enumeration of FALSE = 0 and TRUE = 1 in a byte; every other enumeration is unsupported. */
function readEnumeration(cursor: Cursor, flags: number, bytes: number, version: number): Datatype {
  const count = flags & 0xffff;
  const base = readDatatype(cursor);
  const unsupported: Datatype = { kind: "unsupported", bytes, feature: "an enumeration other than h5py's bool" };
  if (count !== 2 || base.kind !== "number" || bytes !== 1) return unsupported;
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = readTerminated(cursor);
    if (version < 3) cursor.skip(7 - (name.length % 8));
    names.push(decodeUtf8(name, cursor.name));
  }
  const values = [cursor.uint8(), cursor.uint8()];
  if (values[names.indexOf("FALSE")] !== 0 || values[names.indexOf("TRUE")] !== 1) return unsupported;
  return { kind: "number", bytes, dtype: "bool", byteOrder: "little" };
}
