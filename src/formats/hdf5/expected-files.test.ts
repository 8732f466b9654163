import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeHdf5 } from "../../../fixtures/describe-hdf5.js";
import { openHdf5 } from "./index.js";

/** What libhdf5 reads in a file; `fixtures/hdf5/expectation.py` documents the form. */
interface ExpectedFile {
  readonly objects: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly refused: Readonly<Record<string, string>>;
}

const folder = new URL("../../../fixtures/hdf5/", import.meta.url);
const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".h5"))
  .map((name) => name.slice(0, -3).replaceAll("\\", "/"))
  .sort();

describe("files that libhdf5 wrote", () => {
  it.each(names)("reads %s.h5 as libhdf5 does", async (name) => {
    const expected = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as ExpectedFile;
    const file = await openHdf5(new Uint8Array(readFileSync(new URL(`${name}.h5`, folder))));
    const refused: Record<string, unknown> = {};
    const objects: Record<string, unknown> = {};
    for (const [path, { keys, attrNames, ...found }] of await describeHdf5(file)) {
      const attrs = found["attrs"] as Record<string, { readonly refused?: string }> | undefined;
      for (const [attribute, { refused: code }] of Object.entries(attrs ?? {})) {
        const key = `${path}@${attribute}`;
        if (!(key in expected.refused)) continue;
        refused[key] = code;
        delete attrs![attribute];
      }
      if (path in expected.refused) {
        refused[path] = found["refused"];
        continue;
      }
      // The file keeps the order of some names; the others have that of their storage.
      const ordered = expected.objects[path] ?? {};
      objects[path] = { ...found, ...("keys" in ordered && { keys }), ...("attrNames" in ordered && { attrNames }) };
    }
    expect(refused).toEqual(expected.refused);
    expect(Object.keys(objects).sort()).toEqual(Object.keys(expected.objects).sort());
    for (const [path, object] of Object.entries(objects)) expect(object, path).toEqual(expected.objects[path]);
  });
});
