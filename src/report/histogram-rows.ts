import type { ConstraintExplanation, NormHistogram } from "../constraints/index.js";
import { formatNorm } from "./constraint-sentences.js";

/** A bin of a histogram in words. */
export interface HistogramRow {
  readonly from: string;
  /** Null for the norms of 0 that a logarithmic scale has no bin for. */
  readonly to: string | null;
  readonly count: number;
  /** `limit 3`, `limits 0.5 and 1`; empty where none is inside. */
  readonly limits: string;
}

/** The bins of a histogram in ascending order, each with the limits that lie in it; zeros of a long span come first. */
export function histogramRows(
  { edges, counts, zeros }: NormHistogram,
  limits: ConstraintExplanation["limits"],
): HistogramRow[] {
  const wanted = [...new Set([limits?.lower, limits?.upper])].filter((one) => typeof one === "number");
  const rows = counts.map((count, bin): HistogramRow => {
    const [from = 0, to = 0] = [edges[bin], edges[bin + 1]];
    const last = bin === counts.length - 1;
    const inside = wanted.filter((limit) => limit >= from && (limit < to || (last && limit === to)));
    const word = inside.length > 1 ? "limits" : "limit";
    const told = inside.length === 0 ? "" : `${word} ${inside.map(formatNorm).join(" and ")}`;
    return { from: formatEdge(from), to: formatEdge(to), count, limits: told };
  });
  return zeros === 0 ? rows : [{ from: "0", to: null, count: zeros, limits: "" }, ...rows];
}

/** Round numbers as they are, with an exponent from 1e6 on and below 1e-4. */
function formatEdge(value: number): string {
  return value !== 0 && (value >= 1e6 || value < 1e-4) ? value.toExponential().replace("e+", "e") : String(value);
}
