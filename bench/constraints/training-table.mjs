// What constraints cost in training, as a table; see training.mjs for what is measured.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, table } from "../formats/table.mjs";

/** What a step with constraints may cost, where 1 is a step without. */
const wanted = 1.05;

export const trainings = [
  { title: "training on wasm", backend: "wasm" },
  { title: "training on cpu", backend: "cpu" },
];

/** Each line is a process of its own, in which both kinds of step take turns. */
export function trainingTable(lines, rounds, seconds) {
  const measure = fileURLToPath(new URL("training.mjs", import.meta.url));
  const rows = lines.map(({ title, backend }) => {
    const args = [measure, backend, rounds, seconds].map(String);
    const times = JSON.parse(execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }));
    const ratio = median(times.with.map((time, round) => time / times.without[round]));
    console.error(title, ratio.toFixed(3));
    const cells = [times.without, times.with].map((all) => (median(all) * 1e3).toFixed(1));
    return [title, ...cells, ratio.toFixed(3), `≤ ${wanted}`];
  });
  return table(["milliseconds of a step", "without constraints", "with", "ratio", "wanted"], rows);
}
