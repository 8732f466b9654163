import { describe, expect, it } from "vitest";
import { histogramRows } from "./histogram-rows.js";

const linear = { edges: [0, 1, 2, 3], counts: [4, 0, 2], scale: "linear", zeros: 0 } as const;

function places(upper: number): string[] {
  return histogramRows(linear, { lower: null, upper }).map(({ limits }) => limits);
}

describe("histogramRows", () => {
  it("gives a limit to the bin that it begins, and one at the end to the last bin", () => {
    expect(places(1)).toEqual(["", "limit 1", ""]);
    expect(places(0)).toEqual(["limit 0", "", ""]);
    expect(places(3)).toEqual(["", "", "limit 3"]);
    expect(places(3.5)).toEqual(["", "", ""]);
  });

  it("names two limits in one bin, and one that is both once", () => {
    expect(histogramRows(linear, { lower: 0.25, upper: 0.5 })[0]?.limits).toBe("limits 0.25 and 0.5");
    expect(histogramRows(linear, { lower: 1, upper: 1 })[1]?.limits).toBe("limit 1");
    expect(histogramRows(linear, null)[0]?.limits).toBe("");
  });

  it("puts the zeros of a long span before its bins, and writes far edges with an exponent", () => {
    const long = { edges: [1e-5, 1, 2e6], counts: [1, 2], scale: "logarithmic", zeros: 7 } as const;
    expect(histogramRows(long, null)).toEqual([
      { from: "0", to: null, count: 7, limits: "" },
      { from: "1e-5", to: "1", count: 1, limits: "" },
      { from: "1", to: "2e6", count: 2, limits: "" },
    ]);
  });
});
