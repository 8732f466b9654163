import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("docs/layers.md lists what the table of layers holds", async () => {
  const script = fileURLToPath(new URL("../scripts/write-layer-list.mjs", import.meta.url));
  const { stderr } = await promisify(execFile)(process.execPath, [script, "--check"]).catch(
    (error: unknown) => error as { stderr: string },
  );
  expect(stderr).toBe("");
});
