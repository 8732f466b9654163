import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import { openSource } from "../byte-source.js";
import { Cursor } from "../cursor.js";
import { type Datatype, readDatatype } from "./datatype.js";
import { pagedBytes } from "./paged-bytes.js";

/** A datatype message: class and version, flags, size, then the properties. */
function message(
  typeClass: number,
  version: number,
  flags: number,
  bytes: number,
  ...properties: number[][]
): number[] {
  return [typeClass | (version << 4), ...uint(3, flags), ...uint(4, bytes), ...properties.flat()];
}

function uint(width: number, value: number): number[] {
  return Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

function text(value: string, length = value.length + 1): number[] {
  return Array.from({ length }, (_, i) => (i < value.length ? value.charCodeAt(i) : 0));
}

function integer(bytes: number, flags = 0, version = 1, offset = 0, precision = 8 * bytes): number[] {
  return message(0, version, flags, bytes, uint(2, offset), uint(2, precision));
}

function float(flags: number, version: number, fields: readonly number[], bias = 127, bytes = 4): number[] {
  return message(1, version, flags, bytes, uint(2, 0), uint(2, 8 * bytes), [...fields], uint(4, bias));
}

/** A field of version 1: name, offset, rank, reserved bytes, permutation, reserved word, four extents, type. */
function oldField(name: string, offset: number, extents: readonly number[], type: readonly number[]): number[] {
  const axes = [0, 1, 2, 3].flatMap((axis) => uint(4, extents[axis] ?? 7));
  return [...text(name, 8), ...uint(4, offset), extents.length, ...uint(11, 0), ...axes, ...type];
}

const pages = pagedBytes(openSource(new Uint8Array(1)), "a file");

/** Waits for the modules that the parser asks for. */
function read(bytes: readonly number[]): Promise<Datatype> {
  return pages.run(() => readDatatype(new Cursor(Uint8Array.from(bytes), "a datatype")));
}

async function refusal(bytes: readonly number[]): Promise<string> {
  try {
    await read(bytes);
  } catch (error) {
    if (error instanceof KerasProofError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "no error";
}

describe("readDatatype", () => {
  it("reads fields that are arrays without an array type, as HDF5 1.2 wrote them", async () => {
    const type = await read(
      message(6, 1, 2, 30, oldField("a", 0, [], integer(4, 8)), oldField("b", 6, [2, 3], integer(4))),
    );
    expect(type).toMatchObject({ kind: "compound", bytes: 30 });
    expect(type.kind === "compound" && type.fields).toEqual([
      { name: "a", offset: 0, datatype: { kind: "number", bytes: 4, dtype: "int32", byteOrder: "little" } },
      {
        name: "b",
        offset: 6,
        datatype: {
          kind: "array",
          bytes: 24,
          shape: [2, 3],
          base: { kind: "number", bytes: 4, dtype: "uint32", byteOrder: "little" },
        },
      },
    ]);
  });

  it("fills names up to 8 bytes before version 3 and packs offsets from it on", async () => {
    const fields = [
      { name: "eight888", offset: 0 },
      { name: "b", offset: 200 },
    ];
    const second = await read(
      message(
        6,
        2,
        2,
        300,
        [...text("eight888", 16), ...uint(4, 0), ...integer(1)],
        [...text("b", 8), ...uint(4, 200), ...integer(1)],
      ),
    );
    const packed = (size: number, width: number): number[] =>
      message(
        6,
        3,
        2,
        size,
        ...fields.map(({ name, offset }) => [...text(name), ...uint(width, offset), ...integer(1)]),
      );
    expect(second).toMatchObject({ fields });
    expect(await read(packed(201, 1))).toMatchObject({ bytes: 201, fields });
    expect(await read(packed(255, 1))).toMatchObject({ bytes: 255, fields });
    expect(await read(packed(256, 2))).toMatchObject({ bytes: 256, fields });
    expect(await read(packed(65_536, 3))).toMatchObject({ bytes: 65_536, fields });
  });

  it("reads array types with and without a permutation", async () => {
    const older = message(10, 2, 0, 12, [2, 0, 0, 0], uint(4, 3), uint(4, 2), uint(4, 0), uint(4, 1), integer(2));
    const newer = message(10, 3, 0, 12, [2], uint(4, 3), uint(4, 2), integer(2));
    for (const bytes of [older, newer])
      expect(await read(bytes)).toMatchObject({ kind: "array", shape: [3, 2], bytes: 12 });
    expect(await refusal(message(10, 3, 0, 14, [2], uint(4, 3), uint(4, 2), integer(2)))).toBe(
      "corrupt a datatype: found an array type of 14 bytes, wanted 12 for its extents, at byte 29",
    );
  });

  it("takes the byte order of the VAX from version 3 on", async () => {
    const fields = [23, 8, 0, 23];
    expect(await read(float(0x1f61, 3, fields))).toMatchObject({ kind: "float", byteOrder: "vax" });
    expect(await read(float(0x1f61, 1, fields))).toEqual({
      kind: "number",
      bytes: 4,
      dtype: "float32",
      byteOrder: "big",
    });
    expect(await refusal(float(0x1f60, 3, fields))).toContain("corrupt a datatype: found a floating-point type");
  });

  it("reads the integers of an enumeration of any size and order", async () => {
    const names = [...text("A", 8), ...text("B", 8)];
    const wide = message(8, 1, 2, 8, integer(8, 0x09), names, [0x80, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 2]);
    expect(await read(wide)).toMatchObject({ kind: "enumeration", bool: false });
    expect([...((await read(wide)) as Extract<Datatype, { kind: "enumeration" }>).names]).toEqual([
      ["A", -(2n ** 63n)],
      ["B", 258],
    ]);
    expect(await refusal(message(8, 1, 1, 4, float(0x1f20, 1, [23, 8, 0, 23]), text("A", 8), uint(4, 0)))).toContain(
      "corrupt",
    );
  });

  it.each([
    ["a class that there is not", message(12, 1, 0, 4), "corrupt a datatype: found the datatype class 12"],
    ["a version that there is not", message(0, 6, 0, 4), "corrupt a datatype: found a datatype of version 6"],
    ["a size of 0", message(0, 1, 0, 0), "corrupt a datatype: found a datatype of 0 bytes"],
    ["an integer beyond its bytes", integer(4, 0, 1, 1), "corrupt a datatype: found an integer of 32 bits from bit 1"],
    ["an integer of no bits", integer(4, 0, 1, 0, 0), "corrupt a datatype: found an integer of 0 bits"],
    [
      "a mantissa beyond its bytes",
      float(0x1f20, 1, [23, 8, 10, 23]),
      "corrupt a datatype: found a floating-point type",
    ],
    ["a mantissa of no bits", float(0x1f20, 1, [23, 8, 0, 0]), "corrupt a datatype: found a floating-point type"],
    [
      "an exponent of 33 bits",
      float(0x3f20, 1, [30, 33, 0, 30], 0, 8),
      "unsupported-hdf5 a datatype: found a floating",
    ],
    ["records without fields", message(6, 3, 0, 4), "corrupt a datatype: found records without fields"],
    [
      "two fields of one name",
      message(6, 3, 2, 8, [...text("a"), 0, ...integer(4)], [...text("a"), 4, ...integer(4)]),
      'corrupt a datatype: found two fields "a"',
    ],
    [
      "fields that overlap",
      message(6, 3, 2, 8, [...text("a"), 3, ...integer(4)], [...text("b"), 0, ...integer(4)]),
      'corrupt a datatype: found the field "a" over another',
    ],
    [
      "a field beyond the record",
      message(6, 3, 1, 8, [...text("a"), 5, ...integer(4)]),
      "corrupt a datatype: found fields of 9 bytes",
    ],
    [
      "a complex number of another size",
      message(11, 5, 1, 9, integer(4)),
      "corrupt a datatype: found a complex number",
    ],
    ["variable-length data of type 2", message(9, 1, 2, 16, integer(4)), "corrupt a datatype: found variable-length"],
    ["a reference of type 5", message(7, 4, 5, 18), "corrupt a datatype: found the reference type 5"],
    ["a text of padding 3", message(3, 1, 3, 4), "corrupt a datatype: found the text padding 3"],
    ["a message that is cut", integer(4).slice(0, 11), "truncated a datatype: found 1 bytes, wanted 2"],
  ])("refuses %s", async (_, bytes, expected) => {
    expect((await refusal(bytes)).slice(0, expected.length)).toBe(expected);
  });

  it("reads datatypes nested 32 deep and refuses more", async () => {
    const outer = message(9, 1, 0, 16);
    const nest = (depth: number): number[] => [...Array.from({ length: depth - 1 }, () => outer).flat(), ...integer(4)];
    expect((await read(nest(32))).kind).toBe("sequence");
    expect(await refusal(nest(33))).toContain("limit a datatype: found datatypes nested more than 32 deep");
    expect(await refusal(nest(100_000))).toContain("limit");
  });
});
