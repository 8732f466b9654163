import { measureMemory } from "../allocation-meter.js";
import { expect, it } from "vitest";
import { openSource } from "../../src/formats/byte-source.js";
import type { Datatype } from "../../src/formats/hdf5/datatype.js";
import type { FileAccess } from "../../src/formats/hdf5/file-access.js";
import type { Hdf5Array } from "../../src/formats/hdf5/hdf5-array.js";
import { openAllowance } from "../../src/formats/array-costs.js";
import { pagedBytes } from "../../src/formats/hdf5/paged-bytes.js";
import { decodeValues } from "../../src/formats/hdf5/values/decode-values.js";
import { startDecoding } from "../../src/formats/hdf5/values/decoding.js";
import { defaultLimits } from "../../src/formats/limits.js";

const pages = pagedBytes(openSource(new Uint8Array(0)), "x");

async function decode(bytes: Uint8Array, datatype: Datatype): Promise<Hdf5Array> {
  const shape = [bytes.length / datatype.bytes];
  const parts: Partial<FileAccess> = {
    limits: defaultLimits,
    base: 0,
    end: 1000,
    pages,
    ...openAllowance("arrayRatio", defaultLimits, 1000),
  };
  const file = parts as FileAccess;
  return decodeValues(startDecoding(file, {}, "x", "x", 0), { bytes, fresh: false }, datatype, shape);
}

/** A byte in 30 records within each other, each of one field; in arrays of one element, where that is wanted. */
function nested(inArrays: boolean): Datatype {
  let datatype: Datatype = { kind: "number", bytes: 1, dtype: "uint8", byteOrder: "little" };
  for (let depth = 0; depth < 30; depth++) {
    datatype = { kind: "compound", bytes: 1, fields: [{ name: "a", offset: 0, datatype }] };
    if (inArrays) datatype = { kind: "array", bytes: 1, shape: [1], base: datatype };
  }
  return datatype;
}

function innermost(array: Hdf5Array): Hdf5Array {
  return array.dtype === "compound" ? innermost(array.data.get("a")!) : array;
}

it("copies the values of records within records once", async () => {
  const bytes = new Uint8Array(2 ** 20).map((_, i) => i);
  measureMemory();
  const values = innermost(await decode(bytes, nested(false))).data;
  expect(measureMemory().allocated).toBeLessThan(2 * bytes.length);
  expect(values).toEqual(bytes);
});

it("refuses more copies of records in arrays in records than the memory of some", async () => {
  const values = innermost(await decode(Uint8Array.of(1, 2, 3), nested(true)));
  expect([values.data, values.shape.length]).toEqual([Uint8Array.of(1, 2, 3), 31]);
  await expect(decode(new Uint8Array(2 ** 23), nested(true))).rejects.toMatchObject({ code: "limit" });
});
