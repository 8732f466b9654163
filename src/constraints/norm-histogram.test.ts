import { array, assert, constantFrom, double, oneof, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { histogramOf } from "./norm-histogram.js";

function histogram(...norms: number[]) {
  return histogramOf(Float64Array.from(norms).sort());
}

describe("histogramOf", () => {
  it("has round edges that enclose the norms", () => {
    expect(histogram(1.02, 1.31, 1.44, 1.55, 2.9)).toEqual({
      edges: [1, 1.5, 2, 2.5, 3],
      counts: [3, 1, 0, 1],
      scale: "linear",
      zeros: 0,
    });
  });

  it("counts an edge in the bin that it begins, and the last edge in the last bin", () => {
    expect(histogram(0, 0.5, 1, 1, 2)).toEqual({
      edges: [0, 0.5, 1, 1.5, 2],
      counts: [1, 1, 2, 1],
      scale: "linear",
      zeros: 0,
    });
  });

  it("has steps of 1, 2 or 5 times a power of ten that make no more bins than wanted", () => {
    expect([2.1, 1.2, 3.3, 0.6, 10.5].map((largest) => histogram(0, largest).edges)).toEqual([
      [0, 1, 2, 3],
      [0, 0.5, 1, 1.5],
      [0, 2, 4],
      [0, 0.2, 0.4, 0.6],
      [0, 5, 10, 15],
    ]);
  });

  it("begins at or below the smallest norm where division rounds up to the next edge", () => {
    const smallest = 2.9999999999999997e-29;
    expect(Math.floor(smallest / 1e-29)).toBe(3);
    expect(histogram(smallest, 5.9e-29)).toMatchObject({
      edges: [2e-29, 3e-29, 4e-29, 5e-29, 6e-29],
      counts: [1, 0, 0, 1],
    });
  });

  it("has one bin for norms that are all the same", () => {
    expect(histogram(1.7320508075688772, 1.7320508075688772)).toEqual({
      edges: [1.6, 1.8],
      counts: [2],
      scale: "linear",
      zeros: 0,
    });
  });

  it("has one bin for zeros alone", () => {
    expect(histogram(0, 0, 0)).toEqual({ edges: [0, 1], counts: [3], scale: "linear", zeros: 0 });
  });

  it("is logarithmic from three decades on, with the zeros apart", () => {
    expect(histogram(0, 0, 0.003, 0.04, 0.6, 3)).toEqual({
      edges: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      counts: [1, 0, 0, 1, 0, 0, 0, 1, 0, 1],
      scale: "logarithmic",
      zeros: 2,
    });
    expect(histogram(0.0031, 3).scale).toBe("linear");
  });

  it("takes every so many powers of ten for norms from one end of float64 to the other", () => {
    const { edges, counts, scale } = histogram(5e-324, 1, 1.3e154);
    expect(scale).toBe("logarithmic");
    expect(edges.slice(0, 2)).toEqual([5e-324, 1e-300]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  });

  it("holds every norm once, between its edges, in at most 24 bins", () => {
    const norm = oneof(
      double({ min: 0, max: 5, noNaN: true }),
      double({ min: 0, max: 1.3e154, noNaN: true }),
      constantFrom(0, 5e-324, 1e-320, 1e-300, 1e-7, 0.1, 0.3, 0.7, 1, 1 + 2 ** -52, 2, 3, 1000, 1e150),
    );
    assert(
      property(array(norm, { minLength: 1, maxLength: 60 }), (norms) => {
        const { edges, counts, zeros, scale } = histogram(...norms);
        expect(edges).toHaveLength(counts.length + 1);
        expect(counts.length).toBeLessThanOrEqual(24);
        if (scale === "logarithmic") expect(edges[0]).toBeGreaterThan(0);
        edges.slice(1).forEach((edge, i) => expect(edge).toBeGreaterThan(edges[i]!));
        expect(zeros).toBe(scale === "linear" ? 0 : norms.filter((one) => one === 0).length);
        const found = counts.map((_, bin) => {
          const last = bin === counts.length - 1;
          const inside = (one: number): boolean =>
            one >= edges[bin]! && (one < edges[bin + 1]! || (last && one === edges[bin + 1]));
          return norms.filter((one) => inside(one) && (scale === "linear" || one > 0)).length;
        });
        expect(counts).toEqual(found);
        expect(counts.reduce((sum, count) => sum + count, zeros)).toBe(norms.length);
      }),
      { numRuns: 2000 },
    );
  });
});
