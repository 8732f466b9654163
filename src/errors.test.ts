import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KerasProofError, throwProblems } from "./errors.js";

describe("an error", () => {
  it("says the place before what was found", () => {
    const error = new KerasProofError("bad-config", "m.json$.config", "found 1, wanted 2");
    expect(error.message).toBe("m.json$.config: found 1, wanted 2");
    expect(error.problems).toEqual([{ code: "bad-config", path: "m.json$.config", message: "found 1, wanted 2" }]);
  });

  it("lists all problems and has the code of the first", () => {
    const problems = [
      { code: "unsupported-layer", path: "a", message: "found A" },
      { code: "bad-config", path: "b", message: "found B" },
    ] as const;
    expect(() => {
      throwProblems(problems);
    }).toThrow("a: found A (and 1 more)\n  b: found B");
    expect(() => {
      throwProblems(problems);
    }).toThrow(expect.objectContaining({ code: "unsupported-layer", problems }));
  });

  it("is not thrown for no problems", () => {
    expect(() => {
      throwProblems([]);
    }).not.toThrow();
  });

  it("has its code explained in docs/errors.md", () => {
    const source = readFileSync(new URL("errors.ts", import.meta.url), "utf8");
    const declared = [...source.matchAll(/^ {2}\| "([a-z0-9-]+)"/gm)].map((match) => match[1]);
    const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
    const explained = [...page.matchAll(/^### (\S+)$/gm)].map((match) => match[1]);
    expect(declared.length).toBeGreaterThan(30);
    expect(explained).toEqual(declared);
  });
});
