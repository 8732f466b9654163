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

  it("holds nothing that could control a terminal, its own line breaks apart", () => {
    const hostile = { code: "bad-config", path: "a\x1b[31m", message: "found b\n\x07" } as const;
    const one = new KerasProofError(hostile.code, hostile.path, hostile.message);
    expect(one.message).toBe("a\\u001b[31m: found b\\u000a\\u0007");
    expect(one.problems).toEqual([{ code: "bad-config", path: "a\\u001b[31m", message: "found b\\u000a\\u0007" }]);
    expect(() => {
      throwProblems([hostile, hostile]);
    }).toThrow("a\\u001b[31m: found b\\u000a\\u0007 (and 1 more)\n  a\\u001b[31m: found b\\u000a\\u0007");
  });

  it("tells a hundred of thousands of problems, and has them all", () => {
    const problems = Array.from(
      { length: 5000 },
      (_, i) => ({ code: "bad-config", path: `p${i}`, message: "x" }) as const,
    );
    const thrown = (): void => {
      throwProblems(problems);
    };
    expect(thrown).toThrow(expect.objectContaining({ problems }));
    expect(thrown).toThrow(/^p0: x \(and 4999 more\)\n(?: {2}p\d+: x\n){99} {2}and 4900 more$/);
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
