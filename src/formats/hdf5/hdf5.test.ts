import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError } from "../../errors.js";
import type { NdArray } from "../../ndarray.js";
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from "./index.js";

/** What h5py reads in a file; `fixtures/hdf5/build.py` documents the form. */
interface ExpectedFile {
  readonly open: string | null;
  readonly objects: Readonly<Record<string, ExpectedObject>>;
  readonly refused: Readonly<Record<string, string>>;
}

interface ExpectedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string | readonly string[];
}

type ExpectedObject = { readonly attrs: Readonly<Record<string, ExpectedArray>> } & (
  | { readonly kind: "group" }
  | ({ readonly kind: "dataset" } & ExpectedArray)
);

const folder = new URL("../../../fixtures/hdf5/", import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".h5"))
  .map((name) => name.slice(0, -3));

function readFixture(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.h5`, folder));
}

function readExpected(name: string): ExpectedFile {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as ExpectedFile;
}

function describeArray(array: NdArray): ExpectedArray {
  const { dtype, shape, data } = array;
  if (Array.isArray(data)) return { dtype, shape, data: data as string[] };
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return { dtype, shape, data: Buffer.from(buffer, byteOffset, byteLength).toString("hex") };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof KerasProofError ? error.code : `no KerasProofError but ${String(error)}`;
}

async function describeObject(object: Hdf5Group | Hdf5Dataset, refused: Readonly<Record<string, string>>) {
  const attrs: Record<string, ExpectedArray> = Object.create(null) as Record<string, ExpectedArray>;
  for (const name of await object.attrNames()) {
    if (Object.hasOwn(refused, `${object.path}@${name}`)) continue;
    const value = await object.attr(name);
    attrs[name] = describeArray(value!);
  }
  if (object.kind === "group") return { kind: "group", attrs };
  return { kind: "dataset", attrs, ...describeArray(await object.read()) };
}

describe("files that h5py wrote", () => {
  it.each(names)("reads %s.h5 as h5py does", async (name) => {
    const expected = readExpected(name);
    if (expected.open !== null) {
      expect(await codeOf(openHdf5(readFixture(name)))).toBe(expected.open);
      return;
    }
    const file = await openHdf5(readFixture(name));
    const objects = new Map<string, unknown>([["/", await describeObject(file.root, expected.refused)]]);
    const refused = new Map<string, string>();
    for await (const object of file.walk()) {
      if (object.kind === "refused") {
        refused.set(object.path, object.error.code);
        objects.delete(object.path);
      } else if (object.kind === "dataset" && object.refusal !== undefined) {
        expect(await codeOf(object.read())).toBe(object.refusal.code);
        refused.set(object.path, object.refusal.code);
      } else objects.set(object.path, await describeObject(object, expected.refused));
    }
    for (const key of Object.keys(expected.refused).filter((key) => key.includes("@"))) {
      const [path, attribute] = key.split("@") as [string, string];
      const owner = await file.get(path);
      refused.set(key, await codeOf(owner!.attr(attribute)));
    }
    expect(Object.fromEntries(refused)).toEqual(expected.refused);
    expect([...objects.keys()].sort()).toEqual(Object.keys(expected.objects).sort());
    for (const [path, object] of objects) expect(object, path).toEqual(expected.objects[path]);
  });
});
