import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { simdBytes } from "./simd-bytes.js";

describe("the bytes of the SIMD kernels", () => {
  it("are what the compiler makes of their source", () => {
    const script = fileURLToPath(new URL("../../../scripts/build-kernels.mjs", import.meta.url));
    const built = execFileSync(process.execPath, [script, "--print"], { encoding: "utf8" });
    expect(built.trim()).toBe(simdBytes);
  });

  it("are few enough for a browser to compile them at once on its main thread", () => {
    expect(Buffer.from(simdBytes, "base64").length).toBeLessThan(4096);
  });
});
