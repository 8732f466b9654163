// npm run fuzz -- <target> [--executions N] [--seed N] [--file F]: bundles the readers with counters in their branches
// and runs `main.ts` on them.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { instrument } from "./instrument.mjs";
import { shrinkPages } from "./shrink-pages.mjs";

/** It lies in this folder, as the modules find the fixtures from where they are. */
const bundle = fileURLToPath(new URL(`.bundle-${process.pid}.mjs`, import.meta.url));

const build = await rolldown({
  input: fileURLToPath(new URL("main.ts", import.meta.url)),
  cwd: fileURLToPath(new URL("..", import.meta.url)),
  platform: "node",
  plugins: [shrinkPages(), instrument(/^src\/formats\//)],
});
await build.write({ file: bundle, format: "esm", comments: true, codeSplitting: false });
await build.close();
try {
  const { status } = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(bundle, { force: true });
}
