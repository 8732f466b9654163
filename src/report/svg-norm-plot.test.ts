import { describe, expect, it } from "vitest";
import type { PlottedLimits } from "./svg-limit-lines.js";
import type { PlottedNorms } from "./svg-norm-panel.js";
import { formatNormPlot } from "./svg-norm-plot.js";

const text = { id: "p", title: "Norms", description: "What they are." };
const none: PlottedLimits = { lower: null, upper: null };

function norms(sorted: readonly number[], more: Partial<PlottedNorms> = {}): PlottedNorms {
  return { title: ["as written"], sorted, finiteCount: sorted.length, infiniteCount: 0, nanCount: 0, ...more };
}

function plot(sorted: readonly number[], limits: PlottedLimits = none, more: Partial<PlottedNorms> = {}): string {
  return formatNormPlot([norms(sorted, more)], limits, text).markup;
}

/** The words that a plot shows, in order. */
function words(svg: string): string[] {
  return Array.from(svg.matchAll(/<text[^>]*>([^<]*)</g), (match) => match[1]!);
}

/** The path of a class; undefined where the plot has none. */
function path(svg: string, name: string): string | undefined {
  return new RegExp(`<path class="${name}" d="([^"]*)"`).exec(svg)?.[1];
}

function yValues(d: string): number[] {
  return Array.from(d.matchAll(/V([\d.]+)/g), (match) => Number(match[1]));
}

describe("the plot of some norms", () => {
  it("names axis, groups, order and limit in words", () => {
    expect(words(plot([1, 2, 4], { lower: null, upper: 3 }))).toEqual([
      "0",
      "1",
      "2",
      "3",
      "4",
      "norm",
      "as written",
      "3 groups",
      "smallest norm first",
      "limit 3",
    ]);
  });

  it("has a title and a description that its role refers to", () => {
    const svg = plot([1]);
    expect(svg).toContain('role="img" aria-labelledby="p-title p-text"');
    expect(svg).toContain('<title id="p-title">Norms</title>');
    expect(svg).toContain('<desc id="p-text">What they are.</desc>');
  });

  it("draws a bar from 0 for each norm, in proportion", () => {
    const heights = yValues(path(plot([1, 2, 4]), "norm")!);
    const foot = 252;
    expect(heights).toHaveLength(3);
    expect((foot - heights[0]!) / (foot - heights[2]!)).toBeCloseTo(1 / 4, 2);
    expect((foot - heights[1]!) / (foot - heights[2]!)).toBeCloseTo(2 / 4, 2);
  });

  it("lets only that stand out which is above the limit", () => {
    const limits = { lower: null, upper: 3 };
    expect(path(plot([1, 2, 3], limits), "over")).toBe("");
    const [first, ...others] = path(plot([1, 2, 3.5, 4], limits), "over")!.split("Z");
    expect(others).toHaveLength(2);
    expect(Number(/^M[\d.]+ ([\d.]+)H/.exec(first!)?.[1])).toBe(limitHeight(plot([1, 2, 3.5, 4], limits)));
  });

  it("begins what is above the limit where a surface crosses it", () => {
    const sorted = Array.from({ length: 101 }, (_, i) => i);
    const svg = plot(sorted, { lower: 40, upper: 60 });
    const y = limitHeight(svg);
    // Parts of the plot's width, from its left edge.
    const [two, three] = [50 + 422 * 0.4, 50 + 422 * 0.6];
    expect(path(svg, "over")).toMatch(new RegExp(`^M${three} ${y}L`));
    expect(path(svg, "short")).toMatch(new RegExp(`L${two} [\\d.]+L${two} [\\d.]+Z$`));
  });

  it("cuts everything off where the limit is 0", () => {
    const svg = plot([1, 2], { lower: null, upper: 0 });
    expect(words(svg)).toContain("limit 0");
    expect(path(svg, "over")).toBe(path(svg, "norm"));
  });

  it("shows what a lower limit asks for beyond the norms", () => {
    const svg = plot([0, 1, 4], { lower: 2, upper: 8 });
    expect(path(svg, "short")!.split("Z")).toHaveLength(3);
    expect(words(svg)).toEqual(expect.arrayContaining(["limit 8", "at least 2"]));
  });

  it("draws one line where both limits are one, and none where there is no limit", () => {
    expect(words(plot([1], { lower: 1, upper: 1 })).filter((word) => /must|limit|least/.test(word))).toEqual([
      "must be 1",
    ]);
    expect(plot([1], { lower: 0, upper: Infinity })).not.toContain("limit");
  });

  it("frames the groups without a finite norm, and counts them in", () => {
    const svg = plot([1, 2], { lower: null, upper: 3 }, { infiniteCount: 1, nanCount: 2000 });
    const frames = Array.from(svg.matchAll(/<rect class="lost" x="([\d.]+)" y="\d+" width="([\d.]+)"/g));
    const [infinite, nan] = frames.map(([, x, width]) => [Number(x), Number(x) + Number(width)]);
    expect(infinite![1]).toBeLessThan(nan![0]!);
    expect(nan![1]).toBe(472);
    expect(frames).toHaveLength(2);
    expect(words(svg)).toEqual(expect.arrayContaining(["1 infinite", "2,000 NaN", "2,003 groups"]));
    expect(words(plot([], none, { nanCount: 1 }))).toEqual(expect.arrayContaining(["1 NaN", "1 group"]));
  });

  it("draws an axis where there is no group", () => {
    expect(words(plot([]))).toEqual(["0", "1", "norm", "as written", "0 groups"]);
  });

  it("takes no more room for a million groups than for some hundred", () => {
    const sorted = Array.from({ length: 100_000 }, (_, i) => i / 1000 + Math.PI);
    const svg = plot(sorted, { lower: 20, upper: 50 }, { finiteCount: 1e6 });
    expect(svg.length).toBeLessThan(10_000);
    expect(words(svg)).toContain("1,000,000 groups");
    // The surface reaches the largest norm, 103.14 of 150.
    const tops = Array.from(path(svg, "norm")!.matchAll(/ ([\d.]+)/g), (match) => Number(match[1]));
    expect(Math.min(...tops)).toBe(yOfNorm(svg, sorted.at(-1)!, 150));
  });

  it("draws no surface on a logarithmic axis, which has no 0 to stand on, and says so", () => {
    const svg = plot([0.001, 0.01, 10], { lower: null, upper: 3 });
    expect(words(svg)).toContain("norm, logarithmic");
    expect(svg).toContain("What they are. The axis of the norms is logarithmic.</desc>");
    expect(path(svg, "norm")).toBeUndefined();
    expect(path(svg, "over")).toMatch(/Z$/);
  });
});

describe("plots side by side", () => {
  it("have one axis and one limit for all", () => {
    const svg = formatNormPlot([norms([1, 2]), norms([16])], { lower: null, upper: 3 }, text).markup;
    expect(words(svg).filter((word) => /^[\d,.]+$/.test(word))).toEqual(["0", "5", "10", "15", "20"]);
    expect(svg.match(/class="limit"/g)).toHaveLength(1);
    const [small, large] = Array.from(svg.matchAll(/class="norm" d="([^"]*)"/g), (match) => yValues(match[1]!));
    expect((252 - small![1]!) / (252 - large![0]!)).toBeCloseTo(2 / 16, 2);
  });
});

it("presses a long title together, and cuts a very long one, so that it stays in its place", () => {
  const wide = plot([1], none, { title: ["each filter of each place of a layer"] });
  expect(wide).not.toContain("textLength");
  const three = [norms([1], { title: ["each filter of each place"] }), norms([1]), norms([1])];
  expect(formatNormPlot(three, none, text).markup.match(/textLength="130"/g)).toHaveLength(1);
  expect(words(plot([1], none, { title: ["long".repeat(1000)] }))).toContain(`${"long".repeat(10)}…`);
});

it("escapes every text", () => {
  const svg = formatNormPlot([norms([1], { title: ["<b>\u202e'&"] })], none, {
    id: 'p"',
    title: "</title><script>",
    description: '"&<',
  }).markup;
  expect(svg).toContain(">&lt;b&gt;\\u202e&#39;&amp;</text>");
  expect(svg).toContain('<title id="p&quot;-title">&lt;/title&gt;&lt;script&gt;</title>');
  expect(svg).toContain("&quot;&amp;&lt;</desc>");
});

function limitHeight(svg: string): number {
  return Number(/class="limit" d="M\S+ ([\d.]+)h/.exec(svg)![1]);
}

/** Where a norm stands between the first and the last line of the grid. */
function yOfNorm(svg: string, norm: number, top: number): number {
  const grid = Array.from(path(svg, "grid")!.matchAll(/M\S+ ([\d.]+)H/g), (match) => Number(match[1]));
  return Math.round((grid[0]! + ((grid.at(-1)! - grid[0]!) * norm) / top) * 10) / 10;
}
