// Writes docs/layers.md, the list of supported layers, from the table of layers of the build. With --check it writes
// nothing and fails where the list is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { ConfigReader } from "../compiled/import/config-reader.js";
import { layerRegistry } from "../compiled/import/registry.js";

const target = new URL("../docs/layers.md", import.meta.url);

/** Reads an empty configuration as a layer's rule does, and remembers what was asked for. */
class Recorder extends ConfigReader {
  acting = new Set();
  limited = new Map();
  training = new Set();
  ignored = new Set();

  has(key) {
    this.acting.add(key);
    return super.has(key);
  }

  raw(key) {
    this.acting.add(key);
    return super.raw(key);
  }

  only(key, ...supported) {
    this.limited.set(key, supported);
  }

  trainingOnly(...keys) {
    for (const key of keys) this.training.add(key);
  }

  ignore(...keys) {
    for (const key of keys) this.ignored.add(key);
  }
}

function optionsOf(rule) {
  const all = { acting: new Set(), limited: new Map(), training: new Set(), ignored: new Set() };
  for (const generation of ["keras1", "keras2", "keras3"]) {
    const context = { generation, problems: [], notes: [], mappedAxes: new Map(), readInner: () => null };
    const reader = new Recorder({}, "list", context);
    rule.read(reader);
    for (const key of reader.acting) all.acting.add(key);
    for (const [key, supported] of reader.limited) all.limited.set(key, supported);
    for (const key of reader.training) all.training.add(key);
    for (const key of reader.ignored) all.ignored.add(key);
  }
  for (const key of [...all.limited.keys(), ...all.training, ...all.ignored]) all.acting.delete(key);
  return all;
}

function formatOptions(rule) {
  const { acting, limited, training } = optionsOf(rule);
  const parts = [...acting].map((key) => `\`${key}\``);
  for (const [key, supported] of limited) {
    parts.push(`\`${key}\` only ${supported.map((value) => `\`${JSON.stringify(value)}\``).join(" or ")}`);
  }
  for (const key of training) parts.push(`\`${key}\` (noted)`);
  return parts.join(", ");
}

const rules = [...new Set(layerRegistry().values())].toSorted((a, b) => (a.className < b.className ? -1 : 1));
const rows = rules.map((rule) => {
  const aliases = (rule.aliases ?? []).map((alias) => `\`${alias}\``).join(", ");
  return `| \`${rule.className}\` | ${aliases} | ${formatOptions(rule)} |`;
});

const text = `# Supported layers

<!-- Written by scripts/write-layer-list.mjs from the table of layers in src/import/registry.ts. Do not edit. -->

${rules.length} layer classes, by Keras 3's names; the names of Keras 1 and 2 are read too. Options are Keras 3's; those
of Keras 1 and 2 are translated first. Any other layer, option or value is refused with its place in the file.
\`only\` names the values that are supported; \`(noted)\` is an option that acts in training only and is told in a note.
Names, initializers and the like, which change nothing that a loaded model computes, are left out here.

| layer | other names | options |
|---|---|---|
${rows.join("\n")}
`;

if (process.argv.includes("--check")) {
  const found = readFileSync(target, "utf8");
  if (found !== text) {
    console.error("docs/layers.md is not what the table of layers says: run node scripts/write-layer-list.mjs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
