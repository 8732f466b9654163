import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import { printable } from "../printable.js";
import { decodeUsual } from "../small-floats.js";
import { countElements } from "./dataspace.js";
import { integerOf, type NumberType } from "./datatype-number.js";
import type { CompoundField, CompoundType, Datatype, DatatypeHead, EnumerationType } from "./datatype.js";
import { bytesFor, readUnsigned } from "./number-widths.js";
import { openMemory } from "./remember.js";
import { expectSize } from "./structure-frame.js";
import { cutAtZero, readTerminated } from "./terminated-text.js";
import { decodeIntegers } from "./values/integers.js";

const referenceTargets = ["object", "region", "standard", "standard", "standard"] as const;

const rememberType = openMemory<Datatype>();

/**
 * Reads the properties of the datatype classes (specification, IV.A.2.d) that `readDatatype` does not know itself. One
 * that takes long is read once for all objects that share it.
 */
export function readRareDatatype(cursor: Cursor, head: DatatypeHead): Datatype {
  const read = (): Datatype => readProperties(cursor, head);
  return head.isOuter ? rememberType(head.file, cursor, read) : read();
}

function readProperties(cursor: Cursor, head: DatatypeHead): Datatype {
  const { typeClass, version, flags, bytes, readBase } = head;
  switch (typeClass) {
    case 2:
      // Seconds of Unix.
      return integerOf(cursor, flags, bytes, 0, cursor.uint16(), true);
    case 4:
      return integerOf(cursor, flags, bytes, cursor.uint16(), cursor.uint16(), false);
    case 5:
      return { kind: "opaque", bytes, tag: decodeText(cutAtZero(cursor.bytes(flags & 0xff)), cursor.name) };
    case 6:
      return readCompound(cursor, bytes, flags & 0xffff, version, readBase);
    case 7: {
      const target = referenceTargets[flags & 0x0f];
      if (target === undefined)
        return cursor.fail("corrupt", `found the reference type ${flags & 0x0f}, wanted 0 to 4`);
      return { kind: "reference", bytes, target };
    }
    case 8:
      return readEnumeration(cursor, bytes, flags & 0xffff, version, readBase());
    case 10: {
      const rank = cursor.uint8();
      if (version < 3) cursor.skip(3);
      const shape = readExtents(cursor, rank);
      // How the axes are permuted, which no library ever did.
      if (version < 3) cursor.skip(4 * rank);
      return arrayOf(cursor, shape, readBase(), bytes);
    }
    case 11:
      return complexOf(cursor, readBase(), bytes);
    default:
      return cursor.fail("corrupt", `found the datatype class ${typeClass}, wanted 0 to 11`);
  }
}

/** Class 6, compound. Fields of version 1 may be arrays without an array type, as HDF5 1.2 wrote them. */
function readCompound(
  cursor: Cursor,
  bytes: number,
  count: number,
  version: number,
  readBase: () => Datatype,
): CompoundType {
  if (count === 0) cursor.fail("corrupt", "found records without fields, wanted at least one");
  const fields: CompoundField[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const name = readName(cursor, version);
    const offset = version < 3 ? cursor.uint32() : readUnsigned(cursor, bytesFor(bytes));
    let shape: number[] = [];
    if (version === 1) {
      const rank = cursor.uint8();
      if (rank > 4) cursor.fail("corrupt", `found a field of ${rank} axes, wanted at most 4`);
      // Reserved bytes and a permutation of the axes.
      cursor.skip(11);
      shape = readExtents(cursor, 4).slice(0, rank);
    }
    const base = readBase();
    if (names.has(name)) cursor.fail("corrupt", `found two fields "${printable(name)}", wanted one`);
    names.add(name);
    fields.push({ name, offset, datatype: shape.length === 0 ? base : arrayOf(cursor, shape, base) });
  }
  checkFields(cursor, fields, bytes);
  return { kind: "compound", bytes, fields };
}

/** Throws unless each field has bytes of its own within the record, as libhdf5 wants them. */
function checkFields(cursor: Cursor, fields: readonly CompoundField[], bytes: number): void {
  let end = 0;
  for (const { name, offset, datatype } of fields.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end)
      cursor.fail("corrupt", `found the field "${printable(name)}" over another, wanted bytes of its own`);
    end = offset + datatype.bytes;
  }
  if (end > bytes) cursor.fail("corrupt", `found fields of ${end} bytes, wanted at most ${bytes}`);
}

/** Class 8: the base type, then all names, then all values. */
function readEnumeration(
  cursor: Cursor,
  bytes: number,
  count: number,
  version: number,
  base: Datatype,
): NumberType | EnumerationType {
  if ((base.kind !== "integer" && (base.kind !== "number" || !/^u?int/.test(base.dtype))) || base.bytes !== bytes) {
    return cursor.fail("corrupt", `found an enumeration of ${bytes} bytes, wanted integers of as many`);
  }
  const listed: string[] = [];
  for (let i = 0; i < count; i++) listed.push(readName(cursor, version));
  const stored = cursor.bytes(count * bytes);
  const values =
    base.kind === "number"
      ? decodeUsual(stored, base.dtype, base.byteOrder)
      : decodeIntegers(new Uint8Array(stored), base);
  const names = new Map(listed.map((name, i) => [name, toNumber(values[i]!)]));
  const bool = names.size === 2 && names.get("FALSE") === 0 && names.get("TRUE") === 1;
  if (bool && bytes === 1 && base.kind === "number") return { ...base, dtype: "bool" };
  return { kind: "enumeration", bytes, base, bool, names };
}

function toNumber(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Class 11, of HDF5 2.0: the real part and after it the imaginary one, which come as the fields `r` and `i`. */
function complexOf(cursor: Cursor, base: Datatype, bytes: number): CompoundType {
  expectSize(cursor, "a complex number", bytes, 2 * base.bytes);
  const fields = [
    { name: "r", offset: 0, datatype: base },
    { name: "i", offset: base.bytes, datatype: base },
  ];
  return { kind: "compound", bytes, fields };
}

function arrayOf(cursor: Cursor, shape: readonly number[], base: Datatype, bytes?: number): Datatype {
  const total = countElements(shape) * base.bytes;
  if (bytes !== undefined && total !== bytes) {
    cursor.fail("corrupt", `found an array type of ${bytes} bytes, wanted ${total} for its extents`);
  }
  return { kind: "array", bytes: total, shape, base };
}

function readExtents(cursor: Cursor, rank: number): number[] {
  return Array.from({ length: rank }, () => cursor.uint32());
}

/** A name with its zero byte, before version 3 filled up to a multiple of 8 bytes. */
function readName(cursor: Cursor, version: number): string {
  const name = readTerminated(cursor);
  if (version < 3) cursor.skip(7 - (name.length % 8));
  return decodeText(name, cursor.name);
}
