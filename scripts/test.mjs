// Everything that must hold, in one command. Each check counts as one test; the last line sums them up.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const checks = [
  { name: "types", command: "npm", args: ["run", "--silent", "typecheck"] },
  { name: "lint", command: "npm", args: ["run", "--silent", "lint"] },
  { name: "format", command: "npm", args: ["run", "--silent", "format:check"] },
  { name: "build", command: "npm", args: ["run", "--silent", "build"] },
  { name: "dead code", command: "npm", args: ["run", "--silent", "dead-code"] },
  { name: "package", command: "npx", args: ["publint", "--strict"] },
];

const total = { passed: 0, failed: 0, skipped: 0 };
const shell = process.platform === "win32";

for (const { name, command, args } of checks) {
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: "inherit", shell });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  total[status === 0 ? "passed" : "failed"] += 1;
}

const folder = mkdtempSync(join(tmpdir(), "kerasproof-test-"));
const countsFile = join(folder, "counts.json");
const args = [
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=./scripts/count-reporter.mjs",
  ...process.argv.slice(2),
];
const { status } = spawnSync("npx", args, {
  stdio: "inherit",
  shell,
  env: { ...process.env, COUNTS_FILE: countsFile },
});
try {
  const counts = JSON.parse(readFileSync(countsFile, "utf8"));
  for (const key of Object.keys(total)) total[key] += counts[key];
} catch {
  console.log("FAILED vitest wrote no counts");
  total.failed += 1;
}
if (status !== 0 && total.failed === 0) total.failed += 1;
rmSync(folder, { recursive: true, force: true });

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
