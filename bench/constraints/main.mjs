// Compares the constraint kernels with tfjs-wasm, tfjs-cpu, NumPy and native C, by MaxNorm(2), and a step of training with
// constraints with one without.
//
//   npm run bench:constraints -- [--only WORD] [--rounds N] [--seconds S] [--write]
//
// Every contender is a process that lives as long as the benchmark; in each round each of them in turn takes its time for
// each line. A ratio is the median of the ratios within each round. `--write` puts the tables into docs/performance.md;
// `--only training` measures training alone, any other word the kernels.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { layoutOf } from "../../compiled/constraints/kernels/layout.js";
import { median, table, writeBlock } from "../formats/table.mjs";
import { cases } from "./cases.mjs";
import { trainings, trainingTable } from "./training-table.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "0.1" },
    write: { type: "boolean", default: false },
  },
});

const isWanted = ({ title }) => title.includes(options.only ?? "");
const folder = mkdtempSync(join(tmpdir(), "kerasproof-bench-"));
const contenders = [];
try {
  const measured = [
    { block: "constraints", lines: cases.filter(isWanted), tablesOf: kernelTables },
    { block: "constraint training", lines: trainings.filter(isWanted), tablesOf: trainingTables },
  ];
  for (const { block, lines, tablesOf } of measured.filter((one) => one.lines.length > 0)) {
    const text = [describe(), ...(await tablesOf(lines))].join("\n\n");
    console.log(text);
    if (options.write) writeBlock(block, text);
  }
} finally {
  for (const { process } of contenders) process.kill();
  rmSync(folder, { recursive: true, force: true });
}

function trainingTables(lines) {
  return [trainingTable(lines, options.rounds, options.seconds)];
}

async function kernelTables(lines) {
  const measure = besideThis("measure.mjs");
  await start("memory", process.execPath, [measure, "memory"], askInJson);
  await start("array", process.execPath, [measure, "array"], askInJson);
  await start("script", process.execPath, [measure, "array:script"], askInJson);
  await start("tfjs-wasm", process.execPath, [measure, "tfjs:wasm"], askInJson);
  await start("tfjs-cpu", process.execPath, [measure, "tfjs:cpu"], askInJson);
  const python = process.env.KERASPROOF_PYTHON ?? "python3";
  if (spawnSync(python, ["-c", "import numpy"]).status === 0) {
    await start("NumPy", python, [besideThis("measure.py")], askInJson);
  }
  const native = join(folder, "native");
  const flags = ["-O3", "-march=native", "-fno-math-errno"];
  if (spawnSync("gcc", [...flags, besideThis("native.c"), "-o", native, "-lm"]).status === 0) {
    await start("native C", native, [], askNative);
  }
  const results = [];
  for (const each of lines) results.push(await compare(each));
  for (const { process } of contenders) process.kill();
  return [timeTable(results), ratioTable(results)];
}

/** Starts a contender and waits until it is ready. */
async function start(name, command, args, ask) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let line = await lines.next();
  while (!line.done && !line.value.startsWith("ready")) line = await lines.next();
  if (line.done) throw new Error(`${name} did not start`);
  contenders.push({ name, process: child, lines, ask });
}

function askInJson({ shape, axis }, seconds) {
  return JSON.stringify({ shape, axis, seconds });
}

/** See native.c for what the numbers mean. */
function askNative({ shape, axis }, seconds) {
  const { inner, length, slabs, rows } = layoutOf(shape, axis);
  return [
    slabs,
    inner === "kept" ? rows : 0,
    inner === "kept" ? 0 : rows,
    length,
    inner === "kept" ? 1 : 0,
    seconds,
  ].join(" ");
}

async function compare({ title, weights }) {
  const times = new Map(contenders.map(({ name }) => [name, []]));
  const seconds = Number(options.seconds) / weights.length;
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const { name, process: child, lines, ask } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      // It takes seconds, and nobody asks for its third digit.
      if (name === "tfjs-cpu" && round > 0) continue;
      let sum = 0;
      for (const weight of weights) {
        child.stdin.write(`${ask(weight, seconds)}\n`);
        sum += Number((await lines.next()).value);
      }
      times.get(name).push(sum);
    }
  }
  console.error(title, [...times].map(([name, all]) => `${name} ${(median(all) * 1e6).toFixed(1)} us`).join(", "));
  return { title, times };
}

function describe() {
  return `${cpus()[0]?.model.trim()}, Node ${process.versions.node}, one thread each, ${options.rounds} rounds.`;
}

function timeTable(results) {
  const names = contenders.map(({ name }) => name);
  const rows = results.map(({ title, times }) => [title, ...names.map((name) => micros(median(times.get(name))))]);
  return table(["microseconds", ...names.map(headingOf)], rows);
}

/** How many times faster the kernels are: another's time over theirs. */
function ratioTable(results) {
  const others = contenders.map(({ name }) => name).filter((name) => !["memory", "array", "script"].includes(name));
  const head = others.flatMap((name) => [`${name}, from memory`, `${name}, from arrays`]);
  const rows = results.map(({ title, times }) => [
    title,
    ...others.flatMap((name) => ["memory", "array"].map((own) => ratio(times.get(name), times.get(own)))),
  ]);
  return table(["times as fast as", ...head], rows);
}

function ratio(other, own) {
  const all = other.map((time, round) => time / own[round]);
  const found = median(all);
  return found >= 10 ? found.toFixed(0) : found.toFixed(2);
}

function micros(seconds) {
  const us = seconds * 1e6;
  return us < 10 ? us.toFixed(2) : Math.round(us).toLocaleString("en");
}

function headingOf(name) {
  const own = {
    memory: "kerasproof, in WebAssembly memory",
    array: "kerasproof, array",
    script: "kerasproof, no WebAssembly",
  };
  return own[name] ?? name;
}

function besideThis(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}
