import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allowedMemory } from "./execute.js";

/** Files by their titles. */
type Files = readonly (readonly [title: string, bytes: Uint8Array])[];

/** As Node 20 has it by default. Later versions let more garbage gather, whatever made it. */
const youngGeneration = "--max-semi-space-size=16";

/**
 * The resident memory that reading each file takes at most in a process of its own, by the title, for those that take
 * more than they may. Throws where some were not measured.
 */
export function excessivePeaks(target: string, files: Files): readonly string[] {
  const run = fileURLToPath(new URL("run.mjs", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "resident-memory-"));
  try {
    const paths = files.flatMap(([title, bytes]) => {
      const path = join(folder, title);
      writeFileSync(path, bytes);
      return ["--file", path];
    });
    const env = { ...process.env, NODE_OPTIONS: youngGeneration };
    const { stdout } = spawnSync(process.execPath, [run, target, "--peak", ...paths], { encoding: "utf8", env });
    const peaks = [...stdout.matchAll(/^peak (\d+) bytes/gm)].map(([, bytes]) => Number(bytes));
    if (peaks.length !== files.length) throw new Error(stdout);
    return files.flatMap(([title, { length }], i) =>
      peaks[i]! < allowedMemory(length) ? [] : [`${title}: ${peaks[i]} bytes`],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
