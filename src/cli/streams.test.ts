import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { fixturePath, programPath } from "../../fixtures/run-cli.js";

test("a reader that goes away ends the program without a word", async () => {
  const child = spawn(process.execPath, [programPath(), "verify", fixturePath("examples"), "--verbose"]);
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  await once(child, "close");
  expect(stderr).toBe("");
});

test("an interrupt ends the program at once and without a word", async () => {
  const child = spawn(process.execPath, [programPath(), "verify", fixturePath("examples")]);
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  await once(child.stdout, "data");
  child.kill("SIGINT");
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  expect({ status, signal, stderr }).toEqual({ status: null, signal: "SIGINT", stderr: "" });
});
