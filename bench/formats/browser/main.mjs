// Measures the HDF5 reader in a real Chromium: a `File`, and a file on a server that sends ranges.
//
//   npm run bench:browser -- [--rounds N] [--write]
//
// Each reading has a browser of its own. `KERASPROOF_CHROMIUM` names the browser; /usr/bin/chromium by default.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { makeFiles } from "../make-files.mjs";
import { median, table, writeBlock } from "../table.mjs";
import { serve } from "./server.mjs";

const cases = [
  { title: "1 GB `File`", file: "contiguous-1000.h5", base: "arrayBuffer", reader: "kerasproof", rounds: 7 },
  { title: "100 MB `File`", file: "contiguous-100.h5", base: "arrayBuffer", reader: "kerasproof", rounds: 9 },
  { title: "5,000 small tensors", file: "keras-5000.h5", base: "arrayBuffer", reader: "kerasproof", rounds: 9 },
  { title: "100 MB by HTTP", file: "contiguous-100.h5", base: "fetch", reader: "kerasproof, ranges", rounds: 9 },
  {
    title: "one tensor of 21 MB of a 1 GB file by HTTP",
    file: "contiguous-1000.h5",
    base: "fetch",
    reader: "kerasproof, one tensor",
    rounds: 7,
  },
  {
    title: "5,000 small tensors by HTTP",
    file: "keras-5000.h5",
    base: "fetch",
    reader: "kerasproof, ranges",
    rounds: 9,
  },
];

const { values: options } = parseArgs({
  options: { rounds: { type: "string" }, write: { type: "boolean", default: false } },
});
const executablePath = process.env.KERASPROOF_CHROMIUM ?? "/usr/bin/chromium";
const folder = mkdtempSync(join(tmpdir(), "kerasproof-bench-"));
await makeFiles(folder, new Set(cases.map(({ file }) => file)), undefined);
const server = await serve(folder, await bundlePage());
let version = "";
try {
  const rows = [];
  for (const each of cases) rows.push(await measureCase(each));
  const head = ["in Chromium", "n", "the bytes alone", "kerasproof", "ratio", "peak, MB", "kerasproof, MB", "requests"];
  const text = `Chromium ${version}.\n\n${table(head, rows)}`;
  console.log(`\n${text}`);
  if (options.write) writeBlock("browser", text);
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The scripts of the page by their names; `page.js` loads the others. */
async function bundlePage() {
  const bundle = await rolldown({ input: fileURLToPath(new URL("page.mjs", import.meta.url)), platform: "browser" });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return new Map(output.map(({ fileName, code }) => [fileName, code]));
}

async function measureCase({ title, file, base, reader, rounds }) {
  const n = Number(options.rounds ?? rounds);
  const [plain, ours] = [[], []];
  for (let turn = 0; turn < n; turn++) {
    plain.push(await measure(base, file));
    ours.push(await measure(reader, file));
  }
  const ratio = median(ours.map(({ ms }, turn) => ms / plain[turn].ms)).toFixed(2);
  const [times, peaks] = ["ms", "peak"].map((what) =>
    [plain, ours].map((runs) => Math.round(median(runs.map((run) => run[what])))),
  );
  const requests = ours[0].requests === 0 ? "" : ours[0].requests;
  console.log(`${title}, n = ${n}: ${times.join(" and ")} ms, ratio ${ratio}, peak ${peaks.join(" and ")} MB`);
  return [title, n, `${times[0]} ms`, `${times[1]} ms`, ratio, ...peaks, requests];
}

/** One reading in a browser that did nothing before. */
async function measure(reader, file) {
  const root = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath, args: root ? ["--no-sandbox"] : [] });
  try {
    version = browser.version();
    const page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForFunction("globalThis.measure !== undefined");
    const remote = reader !== "arrayBuffer" && reader !== "kerasproof";
    if (!remote) await page.setInputFiles("input", join(folder, file));
    const renderers = await findRenderers(browser);
    const before = peakBytes(renderers);
    server.counts.requests = 0;
    const address = remote ? `/${file}` : undefined;
    const { ms, bytes } = await page.evaluate(([name, at]) => globalThis.measure(name, at), [reader, address]);
    return { ms, bytes, peak: (peakBytes(renderers) - before) / 1e6, requests: server.counts.requests };
  } finally {
    await browser.close();
  }
}

async function findRenderers(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** The most memory that the busiest of the processes had resident at once; 0 where there is no /proc. */
function peakBytes(processes) {
  const peaks = processes.map((id) => {
    try {
      return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) * 1024;
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...peaks);
}
