// The tables of docs/performance.md.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const page = new URL("../../docs/performance.md", import.meta.url);

/** What a column of the tables is called. */
const headings = {
  readFile: "`readFileSync`",
  kerasproof: "kerasproof, file",
  "kerasproof one by one": "kerasproof, one by one",
  "kerasproof memory": "kerasproof, from memory",
  h5py: "h5py",
  h5wasm: "h5wasm",
  jsfive: "jsfive",
};

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function describeMachine(python) {
  const model = cpus()[0]?.model ?? "unknown processor";
  const parts = [`Node ${process.versions.node}`, "h5wasm 0.10.3", "jsfive 0.4.2"];
  if (python !== undefined) parts.push(python);
  return `${availableParallelism()} cores (${model.trim()}), ${parts.join(", ")}.`;
}

/** Milliseconds, and in brackets the ratio to the first reader of the case. */
export function timeTable(results) {
  const rows = results.map(({ case: { title, readers, target }, rows: found }) => {
    const cells = Object.keys(headings).map((name) => {
      const row = found.find((each) => each.name === name);
      if (row === undefined) return "";
      if (row.failure !== undefined) return "fails";
      const time = formatTime(row.ms);
      return name === readers[0] ? time : `${time} (${row.ratio.toFixed(2)})`;
    });
    return [title, found[0].n, ...cells, target];
  });
  return table(["milliseconds (ratio to the first)", "n", ...Object.values(headings), "wanted"], rows);
}

/** The most memory above that of the process before, for each byte of the values. */
export function memoryTable(results) {
  const names = Object.keys(headings).filter((name) => name !== "kerasproof one by one");
  const large = results.filter(({ rows }) => rows.some((row) => row.name !== "readFile" && row.values >= 1e7));
  const rows = large.map(({ case: { title }, rows: found }) => {
    const { values } = found.find((row) => row.name === "kerasproof");
    const cells = names.map((name) => {
      const row = found.find((each) => each.name === name);
      return row === undefined ? "" : row.failure === undefined ? (row.peak / (4 * values)).toFixed(2) : "fails";
    });
    return [title, ...cells];
  });
  return table(["peak memory, bytes for each byte of the values", ...names.map((name) => headings[name])], rows);
}

/** Replaces what stands between the marks `<!-- name -->` and `<!-- /name -->` of docs/performance.md. */
export function writeBlock(name, text) {
  const old = readFileSync(page, "utf8");
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = old.indexOf(open);
  const end = old.indexOf(close);
  if (start < 0 || end < start) throw new Error(`docs/performance.md has no ${open} … ${close}`);
  writeFileSync(page, `${old.slice(0, start + open.length)}\n${text}\n${old.slice(end)}`);
}

/** A Markdown table; columns in which nothing stands are left out. */
export function table(head, rows) {
  const columns = head
    .map((_, column) => column)
    .filter((column) => column === 0 || rows.some((row) => row[column] !== ""));
  const line = (cells) => `| ${columns.map((column) => cells[column]).join(" | ")} |`;
  return [line(head), `|${columns.map((column) => (column === 0 ? "---|" : "--:|")).join("")}`, ...rows.map(line)].join(
    "\n",
  );
}

function formatTime(ms) {
  return ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString("en");
}
