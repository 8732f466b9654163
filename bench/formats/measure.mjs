// Runs one reader on one file in this process, which did nothing before, and prints what it cost.
//
//   node measure.mjs READER FORMAT PATH
import { readFileSync } from "node:fs";

/** Where a reader is; its modules are loaded before the clock starts. */
const modules = {
  readFile: "read-file",
  kerasproof: "kerasproof",
  "kerasproof one by one": "kerasproof",
  "kerasproof memory": "kerasproof",
  h5wasm: "h5wasm",
  jsfive: "jsfive",
};

const [, , name, format, path] = process.argv;
const { readers } = await import(`./readers/${modules[name]}.mjs`);
const { prepare = (same) => same, [format]: read } = readers[name];
const input = await prepare(path);

const before = residentBytes("VmRSS");
const cpu = process.cpuUsage();
const started = performance.now();
const { arrays, attributes } = await read(input);
const ms = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
const peak = residentBytes("VmHWM") - before;

let values = 0;
let sum = 0;
for (const array of arrays) {
  values += array.length;
  sum += array[0] + array.at(-1);
}
console.log(JSON.stringify({ ms, cpu: (user + system) / 1000, peak, values, sum, attributes }));

/** Memory that is resident now (`VmRSS`), or the most that was (`VmHWM`), in bytes; the most where no `/proc` tells. */
function residentBytes(kind) {
  try {
    const line = readFileSync("/proc/self/status", "utf8")
      .split("\n")
      .find((each) => each.startsWith(`${kind}:`));
    return Number(line.split(/\s+/)[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
