import { describe, expect, it } from "vitest";
import { describeDiagram, formatGroupDiagram } from "./svg-group-diagram.js";

const text = { id: "d", title: "Groups", description: "Which they are." };

function diagram(shape: readonly (number | null)[], ...axes: readonly (readonly number[])[]): string {
  const choices = axes.map((one) => ({ title: "choice", axes: one }));
  return formatGroupDiagram(choices, shape, text)?.markup ?? "nothing";
}

/** Left and top of every square of a class in the first choice. */
function squares(svg: string, name: "group" | "cell"): [number, number][] {
  const d = new RegExp(`<path class="${name}" d="([^"]*)"`).exec(svg)![1]!;
  return Array.from(d.matchAll(/M([\d.]+) ([\d.]+)/g), ([, x, y]) => [Number(x), Number(y)]);
}

describe("the diagram of a group", () => {
  it("has the rows of a convolution as a column of one block", () => {
    const svg = diagram([3, 3, 2, 2], [0]);
    expect(squares(svg, "group")).toEqual([
      [0, 26],
      [0, 37],
      [0, 48],
    ]);
    expect(squares(svg, "cell")).toHaveLength(3 * 3 * 2 * 2 - 3);
  });

  it("has a filter as the blocks below each other", () => {
    const group = squares(diagram([3, 3, 2, 2], [0, 1, 2]), "group");
    expect(group).toHaveLength(3 * 3 * 2);
    expect(new Set(group.map(([x]) => x))).toEqual(new Set([0, 11, 22]));
    expect(Math.max(...group.map(([, y]) => y))).toBe(26 + 2 * 11 + (3 * 11 + 8));
  });

  it("has one place for each number, whatever the rank", () => {
    for (const shape of [[3], [2, 3], [2, 3, 2], [2, 3, 2, 3]]) {
      const svg = diagram(shape, []);
      const all = [...squares(svg, "group"), ...squares(svg, "cell")];
      expect(squares(svg, "group")).toEqual([[0, 26]]);
      expect(new Set(all.map(String)).size).toBe(shape.reduce((size, extent) => size * extent));
    }
  });

  it("cuts long axes with dots, and says the true sizes", () => {
    const svg = diagram([1000, 20], [0], [0, 1]);
    expect(squares(svg, "group")).toHaveLength(4);
    expect(svg).toContain(">…</text>");
    expect(svg).toContain(">⋮</text>");
    expect(svg).toContain(">20 groups of 1,000</text>");
    expect(svg).toContain(">1 group of 20,000</text>");
    expect(diagram([3, 3, 3, 3], [0])).not.toContain("…");
  });

  it("is none where there is nothing that a plane can show", () => {
    expect([diagram([], []), diagram([2, 0], [0]), diagram([2, 2, 2, 2, 2], [0])]).toEqual(Array(3).fill("nothing"));
  });

  it("has a title and a description, and escapes them", () => {
    const svg = formatGroupDiagram([{ title: "<", axes: [] }], [2], { id: "d", title: "<", description: "&" })!.markup;
    expect(svg).toContain('aria-labelledby="d-title d-text"');
    expect(svg).toContain('<title id="d-title">&lt;</title>\n<desc id="d-text">&amp;</desc>');
    expect(svg).toContain('font-weight="600">&lt;</text>');
  });
});

it("tells in words where the axes run", () => {
  expect(describeDiagram(["units"])).toBe("units →");
  expect(describeDiagram(["in", "units"])).toBe("in ↓, units →");
  expect(describeDiagram(["steps", "in", "out"])).toBe("steps ↓, in →; from block to block: out →");
  expect(describeDiagram(["rows", "columns", "in", "out"])).toBe("rows ↓, columns →; from block to block: in ↓, out →");
});

it("keeps to its panel, with dots for what is longer or of unknown length", () => {
  for (const shape of [
    [9, 9, 9],
    [9, 9, 9, 9],
    [null, null, null],
    [3, null, null, 32],
  ]) {
    const svg = diagram(shape, [0], [0, 1], [0, 1, 2]);
    const places = Array.from(svg.matchAll(/M([\d.]+) |<text x="([\d.]+)"[^>]*>…/g), ([, x, dots]) =>
      Number(x ?? dots),
    );
    expect(Math.max(...places)).toBeLessThan(480 - 10);
    expect(svg.match(/…/g)).toHaveLength(3);
    expect(svg).toMatch(shape.includes(null) ? /[?] groups? of|group of [?]/ : /groups? of \d/);
  }
});
