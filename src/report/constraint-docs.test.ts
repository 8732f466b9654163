import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { explainConstraint, maxNorm } from "../constraints/index.js";
import { formatConstraintExplanation } from "./constraint-text.js";

const page = await readFile(fileURLToPath(new URL("../../docs/constraints.md", import.meta.url)), "utf8");

/** Blocks that show values; those marked as a test print what they show, and run as programs of their own elsewhere. */
function blocks(language: string): string[] {
  const block = new RegExp(`(?<!<!-- test -->\n)^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return Array.from(page.matchAll(block), (match) => match[1]!);
}

/** Each `expression; // → value` becomes a pair in the module's `found`; entries are taken from the source. */
function moduleOf(block: string): string {
  const body = block
    .replace(/^(.*); \/\/ → (.*)$/gm, "found.push([$1, $2]);")
    .replace(/"kerasproof\/(\w+)"/g, (_, entry: string) =>
      JSON.stringify(fileURLToPath(new URL(`../${entry}/index.ts`, import.meta.url))),
    );
  return `export const found = [];\n${body}`;
}

it.each(blocks("ts").map((block, index) => [index + 1, block] as const))(
  "code block %i of docs/constraints.md gives the values that it shows",
  async (_, block) => {
    const folder = await mkdtemp(join(tmpdir(), "kerasproof-docs-"));
    try {
      const file = join(folder, "block.js");
      await writeFile(file, moduleOf(block));
      const { found } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { found: [unknown, unknown][] };
      expect(found.length).toBeGreaterThan(0);
      for (const [actual, shown] of found) expect(actual).toEqual(shown);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

it("docs/constraints.md shows what explain says of the seed network", () => {
  const explanation = explainConstraint({
    layerName: "conv2d_1",
    layerClass: "Conv2D",
    weightName: "kernel",
    shape: [3, 3, 3, 32],
    constraint: maxNorm({ maxValue: 3 }),
    generation: "keras2",
  });
  expect(blocks("text")).toEqual([`${formatConstraintExplanation(explanation).join("\n")}\n`]);
});
