import { describe, expect, it } from "vitest";
import { summariseNorms } from "./norm-summary.js";

const none = { lower: 0, upper: Infinity };
const rows = { axes: [0], axisWords: ["rows", "columns", "axis 2"] } as const;

describe("summariseNorms", () => {
  it("tells the smallest, the quartiles, the largest and the mean of the finite norms", () => {
    const norms = Float64Array.of(5, 1, Number.NaN, 4, 2, Infinity, 3, 7);
    const { finite, finiteCount, sorted } = summariseNorms(norms, { shape: [2, 8, 1], ...rows }, none);
    expect(finite).toEqual({
      smallest: 1,
      lowerQuartile: 2.25,
      median: 3.5,
      upperQuartile: 4.75,
      largest: 7,
      mean: 22 / 6,
    });
    expect(finiteCount).toBe(6);
    expect(sorted).toEqual([1, 2, 3, 4, 5, 7]);
  });

  it("has the quartiles and the median of NumPy", () => {
    // np.percentile(np.sqrt(np.arange(1, n + 1)), [25, 50, 75]) of NumPy 2.4.6; 1.16.6 gives the same.
    const recorded: readonly (readonly [number, number, number, number])[] = [
      [1, 1, 1, 1],
      [2, 1.1035533905932737, 1.2071067811865475, 1.3106601717798214],
      [3, 1.2071067811865475, Math.SQRT2, 1.5731321849709863],
      [4, 1.3106601717798214, 1.5731321849709863, 1.799038105676658],
      [5, Math.SQRT2, 1.7320508075688772, 2],
      [6, 1.4936728736720406, 1.8660254037844386, 2.1770509831248424],
      [7, 1.5731321849709863, 2, 2.342778860141484],
      [10, 1.799038105676658, 2.342778860141484, 2.7827581713257903],
      [100, 5.074264635194588, 7.106248120204163, 8.674640000153627],
    ];
    for (const [n, lowerQuartile, median, upperQuartile] of recorded) {
      const norms = Float64Array.from({ length: n }, (_, i) => Math.sqrt(n - i));
      const { finite } = summariseNorms(norms, { shape: [1, n, 1], ...rows }, none);
      expect(finite).toMatchObject({ lowerQuartile, median, upperQuartile });
    }
  });

  it("reckons a quartile from the nearer of two norms, to the bit, as NumPy does", () => {
    // np.percentile(norms, [25, 50, 75]) of NumPy 2.4.6, where the straight line from the other norm ends elsewhere.
    const recorded: readonly (readonly [readonly number[], number, number, number])[] = [
      [[1.2, 1.4, 6.4], 1.2999999999999998, 1.4, 3.9000000000000004],
      [[0.6, 1.6, 5.8, 8.1], 1.35, 3.7, 6.375],
      [[0.3, 0.5, 1.7, 4.8], 0.45, 1.1, 2.4749999999999996],
      [[0.4, 0.6, 2.2, 6.8, 8.2, 8.4, 8.9], 1.4000000000000001, 6.8, 8.3],
    ];
    for (const [norms, lowerQuartile, median, upperQuartile] of recorded) {
      const { finite } = summariseNorms(Float64Array.from(norms), { shape: [1, norms.length, 1], ...rows }, none);
      expect(finite).toMatchObject({ lowerQuartile, median, upperQuartile });
    }
  });

  it("tells where zeros, infinities and NaN are", () => {
    const norms = Float64Array.of(1, 0, Number.NaN, Infinity, 0, 1);
    const { zero, infinite, nan } = summariseNorms(norms, { shape: [4, 2, 3], ...rows }, none);
    expect(zero).toEqual({
      count: 2,
      first: [
        { group: 1, index: [null, 0, 1], words: "column 0, axis 2: 1", norm: 0 },
        { group: 4, index: [null, 1, 1], words: "column 1, axis 2: 1", norm: 0 },
      ],
    });
    expect(infinite.first).toEqual([{ group: 3, index: [null, 1, 0], words: "column 1, axis 2: 0", norm: Infinity }]);
    expect(nan.first).toEqual([{ group: 2, index: [null, 0, 2], words: "column 0, axis 2: 2", norm: Number.NaN }]);
  });

  it("counts every group outside the limits, tells the first ten and the farthest", () => {
    const norms = Float64Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 3 + i : 1));
    const { above, below } = summariseNorms(norms, { shape: [5, 100, 1], ...rows }, { lower: 2, upper: 10 });
    expect(above?.count).toBe(23);
    expect(above?.first.map(({ group }) => group)).toEqual([8, 12, 16, 20, 24, 28, 32, 36, 40, 44]);
    expect(above?.worst).toEqual({ group: 96, index: [null, 96, 0], words: "column 96, axis 2: 0", norm: 99 });
    expect(below?.count).toBe(75);
    expect(below?.worst?.group).toBe(1);
  });

  it("takes no infinity for a group above a limit, and no NaN for any", () => {
    const norms = Float64Array.of(Infinity, Number.NaN, 1, 2);
    const { above, below } = summariseNorms(norms, { shape: [2, 4, 1], ...rows }, { lower: 1, upper: 2 });
    expect([above?.count, below?.count, above?.worst]).toEqual([0, 0, null]);
  });

  it("names no infinite group as the farthest from a limit", () => {
    const norms = Float64Array.of(3, Infinity, 4, 0.5);
    const { above, below } = summariseNorms(norms, { shape: [2, 4, 1], ...rows }, { lower: 1, upper: 2 });
    expect([above?.count, above?.worst?.group, below?.worst?.group]).toEqual([2, 2, 3]);
  });

  it("keeps an even sample of many norms, from the smallest to the largest", () => {
    const norms = Float64Array.from({ length: 10_001 }, (_, i) => (i * 7919) % 10_001);
    const { sorted, finiteCount } = summariseNorms(norms, { shape: [1, 10_001, 1], ...rows }, none);
    expect(finiteCount).toBe(10_001);
    expect(sorted).toHaveLength(256);
    expect([sorted[0], sorted.at(-1)]).toEqual([0, 10_000]);
    sorted.slice(1).forEach((norm, i) => expect(norm - sorted[i]!).toBeCloseTo(10_000 / 255, -1));
  });

  it("has nothing to tell of a weight without groups", () => {
    const summary = summariseNorms(new Float64Array(0), { shape: [3, 0, 1], ...rows }, { lower: 1, upper: 2 });
    expect(summary).toMatchObject({ finiteCount: 0, finite: null, histogram: null, sorted: [], above: { count: 0 } });
  });
});
