import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test.each([
  ["docs/layers.md lists what the table of layers holds", "write-layer-list.mjs"],
  [
    "the plots and tables of docs/constraints.md are what Keras recorded and what is computed",
    "write-constraint-page.mjs",
  ],
])("%s", async (_, name) => {
  const script = fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));
  // Both what a script that fails leaves, and what one leaves that ends well.
  const { code = 0, stderr } = await promisify(execFile)(process.execPath, [script, "--check"]).then(
    (ended): { code?: number; stderr: string } => ended,
    (error: unknown) => error as { code: number; stderr: string },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
