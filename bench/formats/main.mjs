// Compares the readers of `kerasproof/formats` with readFile, h5py, h5wasm and jsfive.
//
//   npm run bench:formats -- [--only CASE,…] [--rounds N] [--write]
//
// Every reading is a process of its own. The readers of a case take turns, so that what else the machine does disturbs
// all of them alike; a ratio is the median of the ratios within each turn. `--write` puts the table into
// docs/performance.md.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cases } from "./cases.mjs";
import { findPython } from "./find-python.mjs";
import { makeFiles } from "./make-files.mjs";
import { describeMachine, median, memoryTable, timeTable, writeBlock } from "./table.mjs";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, rounds: { type: "string" }, write: { type: "boolean", default: false } },
});
const only = options.only?.split(",");
const python = findPython();
console.log(python?.version ?? "no Python with h5py: set KERASPROOF_PYTHON to have it compared");

const wanted = cases.filter(({ id, readers }) => {
  if (only !== undefined && !only.includes(id)) return false;
  return python !== undefined || readers[0] !== "h5py" || !id.startsWith("gzip-");
});
const folder = mkdtempSync(join(tmpdir(), "kerasproof-bench-"));
const results = [];
try {
  for (const each of wanted) {
    await makeFiles(folder, [each.file], python?.command);
    results.push({ case: each, rows: measureCase(each) });
    rmSync(join(folder, each.file));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const text = [describeMachine(python?.version), timeTable(results), memoryTable(results)].join("\n\n");
console.log(`\n${text}`);
if (options.write) writeBlock("formats", text);

/** For each reader the medians of its runs, or why it has none. */
function measureCase({ id, file, format, readers, rounds }) {
  const turns = Number(options.rounds ?? rounds);
  const names = readers.filter((name) => name !== "h5py" || python !== undefined);
  const runs = new Map(names.map((name) => [name, []]));
  const failures = new Map();
  for (let turn = 0; turn < turns; turn++) {
    // Nobody has always the same neighbour before it.
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      if (failures.has(name)) continue;
      const run = measure(name, format, join(folder, file));
      if (typeof run === "string") failures.set(name, run);
      else runs.get(name).push(run);
    }
  }
  checkSame(id, runs);
  const base = runs.get(names[0]);
  const rows = names.map((name) => {
    if (failures.has(name)) return { name, failure: failures.get(name) };
    const own = runs.get(name);
    return {
      name,
      n: own.length,
      ms: median(own.map(({ ms }) => ms)),
      cpu: median(own.map(({ cpu }) => cpu)),
      ratio: median(own.map(({ ms }, turn) => ms / base[turn].ms)),
      cpuRatio: median(own.map(({ cpu }, turn) => cpu / base[turn].cpu)),
      peak: median(own.map(({ peak }) => peak)),
      values: own[0].values,
    };
  });
  console.log(`\n${id}, n = ${turns}`);
  for (const row of rows) console.log(describeRow(row));
  return rows;
}

function describeRow({ name, failure, ms, cpu, ratio, cpuRatio, peak }) {
  if (failure !== undefined) return `  ${name.padEnd(24)} ${failure}`;
  const columns = [
    `${ms.toFixed(1)} ms`,
    `${ratio.toFixed(2)} x`,
    `cpu ${cpu.toFixed(0)} ms`,
    `${cpuRatio.toFixed(2)} x`,
  ];
  return `  ${name.padEnd(24)} ${columns.map((each) => each.padStart(12)).join("")}   peak ${(peak / 1e6).toFixed(0)} MB`;
}

/** One reading in a process of its own; a text that says what went wrong where it failed. */
function measure(name, format, path) {
  const [command, args] =
    name === "h5py"
      ? [python.command, [besideThis("read.py"), format, path]]
      : [process.execPath, [besideThis("measure.mjs"), name, format, path]];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return JSON.parse(stdout);
  const reason = /^(?:\w*Error.*|FATAL ERROR.*)$/m.exec(stderr)?.[0] ?? `ended with ${status}`;
  return `fails: ${reason}`;
}

/** Throws where two readers did not find the same values; who does not read them has no time to show. */
function checkSame(id, runs) {
  let first;
  for (const [name, [run]] of runs) {
    if (run === undefined || name === "readFile") continue;
    first ??= { name, ...run };
    const same = run.values === first.values && run.attributes === first.attributes;
    if (same && Math.abs(run.sum - first.sum) <= 1e-9 * Math.abs(first.sum)) continue;
    throw new Error(`${id}: ${name} read ${JSON.stringify(run)}, ${first.name} ${JSON.stringify(first)}`);
  }
}

function besideThis(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}
