import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DescribedArray, describeHdf5 } from "../../../fixtures/describe-hdf5.js";
import { openHdf5 } from "./index.js";

/** What libhdf5 reads in a file of others; `fixtures/hdf5/corpus.py` documents the form. */
interface Expected {
  readonly arrays: number;
  readonly hash: string;
}

type Maybe = DescribedArray & { readonly refused?: string };

const corpus = new URL("../../../../shared/corpus/", import.meta.url);
const expected = JSON.parse(
  readFileSync(new URL("../../../fixtures/hdf5/corpus.json", import.meta.url), "utf8"),
) as Record<string, Expected>;

function inOrderOfBytes(names: Iterable<string>): string[] {
  return [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe.skipIf(!existsSync(corpus))("files that others wrote", () => {
  it.each(Object.keys(expected))("reads %s as libhdf5 does", async (name) => {
    const file = await openHdf5(new Uint8Array(readFileSync(new URL(encodeURI(name), corpus))));
    const refused: string[] = [];
    let arrays = 0;
    const rowOf = (place: string, { dtype, shape, data, refused: code }: Maybe) => {
      if (code !== undefined) {
        refused.push(`${place} ${code}`);
        return null;
      }
      arrays += 1;
      return [dtype, shape, data];
    };
    const objects = await describeHdf5(file);
    const rows = inOrderOfBytes(objects.keys()).map((path) => {
      const object = objects.get(path)!;
      const attrs = (object["attrs"] ?? {}) as Record<string, Maybe>;
      const attributes = inOrderOfBytes(Object.keys(attrs)).map((key) => [key, rowOf(`${path}@${key}`, attrs[key]!)]);
      return [path, object["kind"], attributes, object["kind"] === "dataset" ? rowOf(path, object as never) : null];
    });
    const hash = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
    expect(refused).toEqual([]);
    expect({ arrays, hash }).toEqual(expected[name]);
  });
});
