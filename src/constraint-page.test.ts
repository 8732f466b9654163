import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the plots and tables of docs/constraints.md are what Keras recorded and what is computed", async () => {
  const script = fileURLToPath(new URL("../scripts/write-constraint-page.mjs", import.meta.url));
  await expect(promisify(execFile)(process.execPath, [script, "--check"])).resolves.toBeDefined();
});
