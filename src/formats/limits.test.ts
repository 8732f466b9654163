import { expect, it } from "vitest";
import { openHdf5 } from "./hdf5/index.js";
import { chooseLimits, defaultLimits, type Limits } from "./limits.js";
import { parsePythonJson } from "./python-json.js";
import { openZip } from "./zip/archive.js";

it("takes what is not given, or undefined, from the defaults", () => {
  expect(chooseLimits()).toEqual(defaultLimits);
  expect(chooseLimits({ depth: undefined, members: 0, arrayBytes: Infinity })).toEqual({
    ...defaultLimits,
    members: 0,
    arrayBytes: Infinity,
  });
});

it("refuses a limit that would let everything pass", async () => {
  for (const jsonDepth of [Number.NaN, -1, "many" as unknown as number]) {
    expect(() => parsePythonJson("[]", "a.json", { jsonDepth })).toThrow(
      `limits.jsonDepth: found ${jsonDepth}, wanted a number from 0 on`,
    );
  }
  const limits: Partial<Limits> = { arrayBytes: Number.NaN };
  await expect(openHdf5(new Uint8Array(0), { limits })).rejects.toMatchObject({ code: "usage" });
  await expect(openZip(new Uint8Array(0), { limits })).rejects.toMatchObject({ code: "usage" });
});
