import "./allocation-meter.js";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { execute } from "./execute.js";
import { type Finding, fuzz } from "./fuzz.js";
import { minimise } from "./minimise.js";
import { openPeakMeter } from "./peak-memory.js";
import type { Target } from "./target.js";
import { targets } from "./targets/all.js";

/** What the main thread gives the worker that runs the executions. */
interface WorkerTask {
  readonly target: string;
  readonly executions: number;
  readonly seed: number;
  /** The length of the current input, its execution, and its bytes. */
  readonly current: SharedArrayBuffer;
}

const crashes = new URL("crashes/", import.meta.url);
/** An input that is read for so many milliseconds never ends. */
const hang = 10_000;
const headBytes = 8;
const mostInput = 2 ** 20;

/** Returns the file without its ending. */
function save(target: string, bytes: Uint8Array, what: string): string {
  mkdirSync(crashes, { recursive: true });
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const file = fileURLToPath(new URL(`${target}-${hash}`, crashes));
  writeFileSync(`${file}.bin`, bytes);
  writeFileSync(`${file}.txt`, `${what}\n\nnpm run fuzz -- ${target} --file fuzz/crashes/${target}-${hash}.bin\n`);
  console.log(`  ${what.split("\n", 4).join("\n  ")}\n  saved as fuzz/crashes/${target}-${hash}.bin`);
  return file;
}

/** Runs the executions and tells the main thread about each; only here do inputs meet the readers. */
async function work({ target: name, executions, seed, current }: WorkerTask): Promise<void> {
  const target = targets.get(name)!;
  const head = new Uint32Array(current, 0, 2);
  const body = new Uint8Array(current, headBytes);
  // Most errors are expected, and the traces that nobody reads take a third of the time.
  Error.stackTraceLimit = 4;
  const started = Date.now();
  const seeds = target.seeds();
  const found: (Finding & { readonly what: string; readonly file: string })[] = [];
  const findings = await fuzz(target, {
    executions,
    seed,
    onInput: (bytes, execution) => {
      body.set(bytes.subarray(0, body.length));
      head[0] = Math.min(bytes.length, body.length);
      Atomics.store(head, 1, execution);
    },
    meter: openPeakMeter(),
    measureAlone: (bytes) => measureAlone(name, bytes),
    onFinding: (finding) => {
      const what = `${finding.violation.law}: ${finding.violation.message}\nexecution ${finding.execution} of seed ${seed}`;
      found.push({ ...finding, what, file: save(name, finding.bytes, what) });
    },
    onProgress: async (execution, { corpus, messages, violations, coverage }) => {
      if ((execution + 1) % 5000 !== 0 && execution + 1 !== executions) return;
      const files = coverage.byFile();
      const taken = files.reduce((sum, file) => sum + file.taken, 0);
      const all = files.reduce((sum, file) => sum + file.all, 0);
      const speed = Math.round((execution + 1) / ((Date.now() - started) / 1000));
      console.log(
        `${name}: ${execution + 1} executions, ${speed} a second, corpus ${corpus}, ${messages} messages, ` +
          `${taken} of ${all} branches, ${violations.size} findings`,
      );
      // Readings of memory never leave the worker's thread, and what it prints would wait for its end.
      await new Promise(setImmediate);
    },
  });
  for (const { violation, bytes, what, file } of found) {
    for (const ending of [".bin", ".txt"]) rmSync(file + ending, { force: true });
    save(name, await minimise(target, bytes, violation.key, seeds), what);
  }
  for (const { file, taken, all } of findings.coverage.byFile()) {
    if (taken > 0)
      console.log(`  ${String(Math.round((100 * taken) / all)).padStart(3)} % of ${all} branches  ${file}`);
  }
  const port: { postMessage(findings: number): void } = parentPort!;
  port.postMessage(found.length);
}

/** The resident memory that an input takes in a process of its own, beyond what a sound file took before it. */
function measureAlone(target: string, bytes: Uint8Array): number {
  const file = fileURLToPath(new URL(`.bundle-measured-${process.pid}.bin`, import.meta.url));
  writeFileSync(file, bytes);
  try {
    const program = fileURLToPath(import.meta.url);
    const { stdout } = spawnSync(process.execPath, [program, target, "--alone", "--file", file], { encoding: "utf8" });
    return Number(/^peak (\d+)/m.exec(stdout)?.[1] ?? Infinity);
  } finally {
    rmSync(file, { force: true });
  }
}

async function tellPeak(target: Target, file: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(file));
  await execute(target, target.seeds()[0]!, false);
  const { peak } = await execute(target, bytes, false, openPeakMeter());
  console.log(`peak ${peak} bytes`);
}

/** Starts the worker and watches it: what never ends or takes all memory is saved, too. */
function supervise(task: WorkerTask): Promise<number> {
  const head = new Uint32Array(task.current, 0, 2);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((resolve) => {
    const end = (failure: string): void => {
      save(task.target, new Uint8Array(task.current, headBytes, head[0]).slice(), failure);
      clearInterval(timer);
      void worker.terminate();
      resolve(1);
    };
    let last = -1;
    let since = Date.now();
    const timer = setInterval(() => {
      const execution = Atomics.load(head, 1);
      if (execution !== last) {
        last = execution;
        since = Date.now();
      } else if (Date.now() - since > hang && execution + 1 < task.executions) {
        end(`hang: more than ${hang} ms\nexecution ${execution} of seed ${task.seed}`);
      }
    }, 500);
    worker.on("error", (error) => end(`fatal: ${error.stack ?? error.message}\nseed ${task.seed}`));
    worker.on("message", (findings: number) => {
      clearInterval(timer);
      resolve(findings);
    });
  });
}

async function replay(target: Target, file: string): Promise<number> {
  const { violations, messages, time } = await execute(target, new Uint8Array(readFileSync(file)), true);
  for (const message of messages) console.log(`refused: ${message}`);
  for (const { law, message } of violations) console.log(`BROKEN ${law}: ${message}`);
  console.log(`${Math.round(time)} ms, ${violations.length} violations`);
  return violations.length;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      executions: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      file: { type: "string", multiple: true, default: [] },
      // Resident memory of reading the files: in a process for each, of which the second is one.
      peak: { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
    },
  });
  const names = positionals.length === 0 ? [...targets.keys()] : positionals;
  let findings = 0;
  for (const name of names) {
    const target = targets.get(name);
    if (target === undefined) throw new Error(`no target "${name}"; there are ${[...targets.keys()].join(", ")}`);
    for (const file of values.file) {
      if (values.alone) await tellPeak(target, file);
      else if (values.peak) console.log(`peak ${measureAlone(name, new Uint8Array(readFileSync(file)))} bytes`);
      else findings += await replay(target, file);
    }
    if (values.file.length === 0) {
      const current = new SharedArrayBuffer(headBytes + mostInput);
      const executions = Number(values.executions);
      findings += await supervise({ target: name, executions, seed: Number(values.seed), current });
    }
  }
  process.exitCode = findings === 0 ? 0 : 1;
}

await (isMainThread ? main() : work(workerData as WorkerTask));
