import { describe, expect, it } from "vitest";
import { chooseNormScale } from "./svg-norm-scale.js";

const labels = (plots: readonly number[][], limits: readonly number[]): string[] =>
  chooseNormScale(
    plots.map((sorted) => ({ sorted })),
    limits,
  ).ticks.map(({ label }) => label);

describe("a linear axis", () => {
  it("begins at 0 and ends at a round number above the largest norm and the limits", () => {
    expect(labels([[2.5, 2.6]], [])).toEqual(["0", "1", "2", "3"]);
    expect(labels([[2.5, 2.6]], [4.2])).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(labels([[0.011, 0.013]], [])).toEqual(["0", "0.005", "0.01", "0.015"]);
    expect(chooseNormScale([{ sorted: [2.5, 3] }], []).heightOf(1.5)).toBe(0.5);
  });

  it("has a height of its own where every norm is 0, or there is none", () => {
    expect(labels([[0, 0]], [])).toEqual(["0", "1"]);
    expect(labels([[]], [])).toEqual(["0", "1"]);
    expect(labels([[]], [0, Infinity])).toEqual(["0", "1"]);
  });

  it("holds the largest and the smallest numbers there are", () => {
    for (const norm of [Number.MAX_VALUE, Number.MIN_VALUE]) {
      const { heightOf, ticks } = chooseNormScale([{ sorted: [norm, norm] }], []);
      expect([heightOf(0), heightOf(norm)]).toEqual([0, 1]);
      expect(ticks.map(({ height }) => height)).toEqual([0, 1]);
    }
  });

  it("stays where only a few norms are small", () => {
    expect(chooseNormScale([{ sorted: [1e-9, 1, 1, 2] }], [3]).logarithmic).toBe(false);
  });
});

describe("a logarithmic axis", () => {
  it("is taken where half of some norms, or a limit, would lie at the foot", () => {
    expect(labels([[0.01, 0.02, 30]], [3])).toEqual(["0.01", "0.1", "1", "10", "100"]);
    expect(labels([[50, 60], [0.5]], [])).toEqual(["0.1", "1", "10", "100"]);
    expect(labels([[1, 2]], [300])).toEqual(["1", "10", "100", "1000"]);
    expect(labels([[100, 200]], [1])).toEqual(["1", "10", "100", "1000"]);
  });

  it("has a place below the decades for norms of 0", () => {
    const { heightOf, ticks } = chooseNormScale([{ sorted: [0, 0.1, 0.2, 100] }], []);
    expect(ticks.map(({ label }) => label)).toEqual(["0", "0.1", "1", "10", "100"]);
    expect(heightOf(0)).toBe(0);
    expect(heightOf(0.1)).toBeCloseTo(0.12, 12);
    expect(heightOf(100)).toBe(1);
  });

  it("labels no more than 7 decades, however many there are", () => {
    const { ticks, heightOf } = chooseNormScale([{ sorted: [Number.MIN_VALUE, 1e-300, Number.MAX_VALUE] }], []);
    expect(ticks.map(({ label }) => label).slice(0, 2)).toEqual(["1e-324", "1e-218"]);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(heightOf(Number.MIN_VALUE)).toBeGreaterThan(0);
    expect(heightOf(Number.MAX_VALUE)).toBeLessThanOrEqual(1);
  });
});
