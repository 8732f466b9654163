import { describe, expect, it } from "vitest";
import { explainConstraint, maxNorm, minMaxNorm, nonNeg, type ExplainInput } from "../constraints/index.js";
import { formatExplanationMarkdown } from "./explain-markdown.js";
import { countConstraints, type Explanation } from "./explanation.js";

const hostile = "a|b`c\n# d <script>alert(1)</script> @user [x](https://y) \u202E **e**";

function explanation(inputs: readonly Partial<ExplainInput>[], more: Partial<Explanation> = {}): Explanation {
  const constraints = inputs.map((input) =>
    explainConstraint({
      layerName: "conv_1",
      layerClass: "Conv2D",
      weightName: "kernel",
      shape: [3, 3, 3, 32],
      generation: "keras3",
      constraint: maxNorm({ maxValue: 3 }),
      ...input,
    }),
  );
  const counts = countConstraints(constraints);
  return { name: "model.keras", summary: null, constraints, counts, notes: [], problems: [], ...more };
}

/** Bars that GitHub takes for the borders of cells. */
function cells(line: string): number {
  return line.replaceAll(/\\./g, "").split("|").length;
}

describe("an explanation in Markdown", () => {
  it("has a table of all constraints and a section for each", () => {
    const values = new Float32Array(864).fill(2);
    const lines = formatExplanationMarkdown(
      explanation([{ values }, { layerName: "conv_2", constraint: nonNeg(), values }]),
    );
    expect(lines.slice(0, 11)).toEqual([
      "# Constraints of `model.keras`",
      "",
      "**2 constraints: 1 holds, 1 does not hold yet; 1 is probably not what was meant**",
      "",
      "what does not hold yet was so in the file: importing changes no weight, as in Keras; the first step of training does",
      "",
      "| weight | constraint | the norm is over | groups | now |",
      "|---|---|---|---:|---|",
      "| `conv_1 (Conv2D) kernel` | `max_norm(3, axis=0)` | rows | 288 | does not hold yet, probably not what was meant |",
      "| `conv_2 (Conv2D) kernel` | `non_neg()` |  |  | holds |",
      "",
    ]);
    expect(lines).toContain("## `conv_2 (Conv2D) kernel`");
    expect(lines).toContain(
      "- **probably not what was meant: axis=0, Keras's default, is neither the whole kernel (1 group of 864) nor each filter (32 groups of 27)**",
    );
    expect(lines).toContain("- for one norm for each filter write `kernel_constraint=max_norm(3, axis=[0, 1, 2])`");
    expect(lines).toContain(
      "| each filter | 32 groups of 27 numbers, over rows, columns, in | 10.39 | 10.39 | 10.39 | 32 | `kernel_constraint=max_norm(3, axis=[0, 1, 2])` |",
    );
  });

  it("has a table of as many constraints as a file holds", () => {
    const one = explanation([{ constraint: nonNeg() }]);
    const constraints = Array.from({ length: 150_000 }, () => one.constraints[0]!);
    const lines = formatExplanationMarkdown({ ...one, constraints });
    expect(lines.filter((line) => line.startsWith("| `conv_1 (Conv2D) kernel` |"))).toHaveLength(150_000);
  });

  it("names a group's norm and a negative number what they are", () => {
    const values = new Float32Array(864).fill(2).fill(-2, 0, 1);
    const lines = formatExplanationMarkdown(explanation([{ values }, { constraint: nonNeg(), values }]));
    const headOf = (title: string) => lines[lines.findIndex((line) => line.startsWith(title)) + 2];
    expect(headOf("groups above 3")).toBe("| norm | index | place |");
    expect(headOf("negative numbers")).toBe("| value | index | place |");
  });

  it("has a table of each kind of odd group, and the notes at the end", () => {
    const values = new Float32Array(864).fill(0.1);
    for (const place of [0, 288, 576]) values[place] = 0;
    values[1] = 9;
    values[2] = Infinity;
    values[3] = Number.NaN;
    const constraint = minMaxNorm({ minValue: 0.1, maxValue: 3 });
    const note = { code: "truth-value", path: "$.axis", message: "true is read as 1" } as const;
    const lines = formatExplanationMarkdown(explanation([{ values, constraint }], { notes: [note] }));
    const firstRow = (title: string): string | undefined => lines[lines.indexOf(title) + 4];
    expect(firstRow("groups above 3:")).toBe("| 9.001 | `[:, 0, 0, 1]` | column 0, in 0, out 1 |");
    expect(firstRow("groups below 0.1:")).toBe("| 0 | `[:, 0, 0, 0]` | column 0, in 0, out 0 |");
    expect(firstRow("groups of zeros:")).toBe("| 0 | `[:, 0, 0, 0]` | column 0, in 0, out 0 |");
    expect(firstRow("infinite groups:")).toBe("| Infinity | `[:, 0, 0, 2]` | column 0, in 0, out 2 |");
    expect(firstRow("groups with NaN:")).toBe("| NaN | `[:, 0, 0, 3]` | column 0, in 0, out 3 |");
    expect(lines.slice(-3)).toEqual(["## Notes", "", "- `$.axis`: true is read as 1"]);
  });

  it("has tables whose rows have as many cells as their heads, whatever the names", () => {
    const values = Float32Array.from({ length: 864 }, (_, i) => Math.sin(i) * 10 ** ((i % 9) - 4));
    values[7] = Number.NaN;
    values[300] = Infinity;
    const named = { layerName: hostile, layerClass: hostile, weightName: hostile };
    const lines = formatExplanationMarkdown(
      explanation(
        [
          { values, constraint: minMaxNorm({ minValue: 1, maxValue: 3 }) },
          { values, ...named },
          { values, ...named, constraint: nonNeg() },
          { values, ...named, constraint: { kind: "custom", name: hostile, config: null } },
        ],
        { name: hostile, notes: [{ code: "x", path: hostile, message: hostile }] },
      ),
    );
    let tables = 0;
    lines.forEach((line, i) => {
      if (!/^\|[-:|]+\|$/.test(line)) return;
      tables++;
      const wanted = cells(line);
      expect(cells(lines[i - 1]!)).toBe(wanted);
      for (let row = i + 1; lines[row]?.startsWith("|"); row++) expect(cells(lines[row]!), lines[row]).toBe(wanted);
      expect(lines[i - 2]).toBe("");
    });
    expect(tables).toBeGreaterThan(6);
  });

  it("gives names of a file no meaning", () => {
    const named = { layerName: hostile, layerClass: hostile, weightName: hostile };
    const findings = { notes: [{ code: "x", path: hostile, message: hostile }] };
    const text = formatExplanationMarkdown(
      explanation([named, { ...named, constraint: maxNorm({ axis: null }) }], { name: hostile, ...findings }),
    ).join("\n");
    const bare = text.replaceAll(/<code>.*?<\/code>/g, "").replaceAll(/\\./g, "");
    expect(bare).not.toMatch(/<|@|\u202E|https:\/\/|^# d/m);
  });

  it("lists what keeps a model from being imported, the first hundred", () => {
    const problems = Array.from({ length: 120 }, (_, i) => ({
      code: "bad-config" as const,
      path: `$[${i}]`,
      message: "found *",
    }));
    const lines = formatExplanationMarkdown(explanation([], { problems }));
    expect(lines[2]).toBe("**no constraint of this model can be explained**");
    expect(lines).toContain("## What keeps the model from being imported");
    expect(lines).toContain("- `$[99]`: found \\*");
    expect(lines).not.toContain("- `$[100]`: found \\*");
    expect(lines.at(-1)).toBe("- and 20 more findings");
  });

  it("of a constraint without a model is about that alone", () => {
    const lines = formatExplanationMarkdown(explanation([{ layerName: "" }], { name: null }));
    expect(lines.slice(0, 3)).toEqual(["# A weight constraint", "", "## `Conv2D kernel`"]);
  });
});
