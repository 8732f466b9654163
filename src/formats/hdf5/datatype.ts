import type { Cursor } from "../cursor.js";
import { type FloatType, type IntegerType, type NumberType, readFloat, readInteger } from "./datatype-number.js";
import { rareParts } from "./on-demand.js";

/** How a text of fixed length is filled up to it. */
export type StringPadding = "null-terminated" | "null-padded" | "space-padded";

/** The type of an element and the number of bytes that one takes where it is stored. */
export type Datatype =
  | NumberType
  | IntegerType
  | FloatType
  | EnumerationType
  | { readonly kind: "fixed-string"; readonly bytes: number; readonly padding: StringPadding }
  | { readonly kind: "variable-string"; readonly bytes: number }
  /** Bytes that the file says nothing about but a remark. */
  | { readonly kind: "opaque"; readonly bytes: number; readonly tag: string }
  | CompoundType
  /** An array of fixed extents in each element. */
  | { readonly kind: "array"; readonly bytes: number; readonly shape: readonly number[]; readonly base: Datatype }
  /** A list of any length in each element. */
  | { readonly kind: "sequence"; readonly bytes: number; readonly base: Datatype }
  /** `standard` are those of HDF5 1.12, each of which says itself what it means. */
  | { readonly kind: "reference"; readonly bytes: number; readonly target: "object" | "region" | "standard" };

/** Integers with names. */
export interface EnumerationType {
  readonly kind: "enumeration";
  readonly bytes: number;
  readonly base: NumberType | IntegerType;
  /** True for the names FALSE of 0 and TRUE of 1 alone, by which h5py stores bool. */
  readonly bool: boolean;
  readonly names: ReadonlyMap<string, number | bigint>;
}

/** Records of named fields. */
export interface CompoundType {
  readonly kind: "compound";
  readonly bytes: number;
  readonly fields: readonly CompoundField[];
}

export interface CompoundField {
  readonly name: string;
  /** The byte of the record where it begins. */
  readonly offset: number;
  readonly datatype: Datatype;
}

const paddings: readonly (StringPadding | undefined)[] = ["null-terminated", "null-padded", "space-padded"];

/** What stands before the properties of a class. */
export interface DatatypeHead {
  readonly typeClass: number;
  readonly version: number;
  readonly flags: number;
  readonly bytes: number;
  /** Whether it is that of a message, or what that is a list of, and no field of records. */
  readonly isOuter: boolean;
  /** What stands for the file, whose objects may share datatypes. */
  readonly file: object;
  /** Reads the datatype that comes next, on which this one is based. */
  readonly readBase: () => Datatype;
}

/** Reads a Datatype message (specification, IV.A.2.d) of a file. Only within `PagedBytes.run`. */
export function readDatatype(cursor: Cursor, file: object = cursor): Datatype {
  return readNested(cursor, file, 1, true);
}

function readNested(cursor: Cursor, file: object, nesting: number, isOuter: boolean): Datatype {
  /** Datatypes within each other; a deeper message is refused, so that none is too deep for the stack. */
  const maxNesting = 32;
  if (nesting > maxNesting) cursor.fail("limit", `found datatypes nested more than ${maxNesting} deep`);
  const classAndVersion = cursor.uint8();
  const typeClass = classAndVersion & 0x0f;
  const version = classAndVersion >> 4;
  const flags = cursor.uint8() | (cursor.uint8() << 8) | (cursor.uint8() << 16);
  const bytes = cursor.uint32();
  if (version < 1 || version > 5) cursor.fail("corrupt", `found a datatype of version ${version}, wanted 1 to 5`);
  if (bytes === 0) cursor.fail("corrupt", "found a datatype of 0 bytes, wanted at least 1");
  const readBase = (isOuterBase = false): Datatype => readNested(cursor, file, nesting + 1, isOuterBase);
  switch (typeClass) {
    case 0:
      return readInteger(cursor, flags, bytes);
    case 1:
      return readFloat(cursor, flags, bytes, version);
    case 3: {
      const padding = paddings[flags & 0x0f];
      if (padding === undefined) return cursor.fail("corrupt", `found the text padding ${flags & 0x0f}, wanted 0 to 2`);
      return { kind: "fixed-string", bytes, padding };
    }
    case 9: {
      const base = readBase(isOuter);
      if ((flags & 0x0f) > 1)
        cursor.fail("corrupt", `found variable-length data of type ${flags & 0x0f}, wanted 0 or 1`);
      return (flags & 0x0f) === 1 ? { kind: "variable-string", bytes } : { kind: "sequence", bytes, base };
    }
    default:
      return rareParts().readRareDatatype(cursor, { typeClass, version, flags, bytes, isOuter, file, readBase });
  }
}
