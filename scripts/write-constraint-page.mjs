// Writes the plots and the tables of docs/constraints.md from what Keras recorded and what the build computes. With
// --check it writes nothing and fails where one is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { formatCalls, formatFours } from "./constraint-page/call-tables.mjs";
import { drawCurves } from "./constraint-page/draw-curves.mjs";
import { drawGroups } from "./constraint-page/draw-groups.mjs";
import { drawNorms, explainExample } from "./constraint-page/draw-norms.mjs";
import { drawTraining, trainExample } from "./constraint-page/draw-training.mjs";
import { formatSvgFile } from "./constraint-page/svg-file.mjs";

// Without tfjs's advertisement: whatever is printed here is an error.
enableProdMode();

const docs = new URL("../docs/", import.meta.url);
const page = readFileSync(new URL("constraints.md", docs), "utf8");
const written = new Map([
  ["constraint-groups.svg", formatSvgFile(drawGroups())],
  ["constraint-norms.svg", formatSvgFile(drawNorms(await explainExample()))],
  ["constraint-curves.svg", formatSvgFile(drawCurves())],
  ["constraint-training.svg", formatSvgFile(drawTraining(await trainExample()))],
  ["constraints.md", replaceBlock(replaceBlock(page, "fours", formatFours()), "calls", formatCalls())],
]);

for (const [name, text] of written) {
  const target = new URL(name, docs);
  if (!process.argv.includes("--check")) writeFileSync(target, text);
  else if (read(target) !== text) {
    console.error(`docs/${name} is not what Keras and the build say: run npm run docs`);
    process.exitCode = 1;
  }
}

/** Replaces what stands between the marks `<!-- name -->` and `<!-- /name -->`. */
function replaceBlock(text, name, block) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`docs/constraints.md has no ${open} … ${close}`);
  return `${text.slice(0, start + open.length)}\n\n${block}\n\n${text.slice(end)}`;
}

function read(target) {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return null;
  }
}
