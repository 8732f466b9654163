import type { AxisAlternative, ConstraintExplanation, GroupList, NormHistogram } from "../constraints/index.js";
import { formatColumns } from "./columns.js";
import { formatPlace } from "./constraint-place.js";
import {
  constraintSentences,
  formatGroupSizes,
  formatNorm,
  formatSentence,
  formatWeightHead,
} from "./constraint-sentences.js";
import { formatInteger } from "./numbers.js";

/** An explanation in plain words, a line each: first the weight and the constraint, then, indented, every sentence. */
export function formatConstraintExplanation(explanation: ConstraintExplanation): string[] {
  return [
    formatWeightHead(explanation),
    ...constraintSentences(explanation).map((sentence) => `  ${formatSentence(sentence)}`),
  ];
}

/** The figures behind an explanation, indented: other axes, how the norms are spread, which groups are outside. */
export function formatConstraintFigures(explanation: ConstraintExplanation): string[] {
  const { norms, negatives, alternatives, limits, unit, weightName } = explanation;
  const blocks: string[][] = [];
  if (alternatives.length > 1) blocks.push(formatAlternatives(alternatives, unit ?? "unit", weightName));
  if (norms !== null) {
    if (norms.histogram !== null && norms.finiteCount >= fewestForHistogram) {
      blocks.push(formatHistogram(norms.histogram, limits));
    }
    if (norms.above !== null) blocks.push(formatGroupList(`above ${formatNorm(norms.above.limit)}`, norms.above));
    if (norms.below !== null) blocks.push(formatGroupList(`below ${formatNorm(norms.below.limit)}`, norms.below));
    blocks.push(formatGroupList("zeros", norms.zero), formatGroupList("infinite", norms.infinite));
    blocks.push(formatGroupList("NaN", norms.nan));
  }
  if (negatives !== null) {
    const rows = negatives.first.map(({ value, index, words }) => [formatNorm(value), formatPlace(index), words]);
    blocks.push(formatPlaces("negative", rows, negatives.count));
  }
  return blocks.flat().map((line) => `  ${line}`);
}

/** Of fewer norms a histogram tells less than their quartiles. */
export const fewestForHistogram = 8;

/** Letters that the longest bar of a histogram takes. */
const widest = 40;

function formatHistogram({ edges, counts, zeros }: NormHistogram, limits: ConstraintExplanation["limits"]): string[] {
  const most = Math.max(zeros, ...counts);
  const bar = (count: number): string => "█".repeat(Math.round((count / most) * widest)) || (count === 0 ? "" : "▏");
  const wanted = [...new Set([limits?.lower, limits?.upper])].filter((one) => typeof one === "number");
  const rows = counts.map((count, bin) => {
    const [from = 0, to = 0] = [edges[bin], edges[bin + 1]];
    const inside = wanted.filter(
      (limit) => limit >= from && (limit < to || (bin === counts.length - 1 && limit === to)),
    );
    const mark =
      inside.length === 0 ? "" : `← ${inside.length > 1 ? "limits" : "limit"} ${inside.map(formatNorm).join(" and ")}`;
    return { range: [formatEdge(from), formatEdge(to)] as const, count, mark };
  });
  const width = Math.max(...rows.map(({ range }) => range[0].length));
  const lines = rows.map(({ range: [from, to], count, mark }) => [
    `${from.padStart(width)} to ${to}`,
    formatInteger(count),
    `${bar(count)}${mark === "" ? "" : ` ${mark}`}`.trim(),
  ]);
  if (zeros > 0) lines.unshift(["0".padStart(width), formatInteger(zeros), bar(zeros)]);
  return ["groups by norm:", ...formatColumns(lines, "  ")];
}

/** An edge of a histogram: round numbers as they are, with an exponent from 1e6 and below 1e-4. */
export function formatEdge(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential().replace("e+", "e") : String(value);
}

function formatGroupList(name: string, { count, first }: GroupList): string[] {
  const rows = first.map(({ norm, index, words }) => [formatNorm(norm), formatPlace(index), words]);
  // A weight that is one group has been told already.
  return first[0]?.words === "" ? [] : formatPlaces(name, rows, count);
}

function formatPlaces(name: string, rows: readonly (readonly string[])[], count: number): string[] {
  if (count === 0) return [];
  const head = count === rows.length ? `${name}:` : `${name}, the first ${rows.length} of ${formatInteger(count)}:`;
  return [head, ...formatColumns(rows, "  ")];
}

/** What the alternatives of an axis are called: `as written`, `each filter`, `the whole kernel`. */
export function alternativeName(kind: AxisAlternative["kind"], unit: string, weightName: string): string {
  if (kind === "written") return "as written";
  return kind === "unit" ? `each ${unit}` : `the whole ${weightName}`;
}

function formatAlternatives(alternatives: readonly AxisAlternative[], unit: string, weightName: string): string[] {
  const rows = alternatives.map(({ kind, groups, norms, changed, keras }) => [
    alternativeName(kind, unit, weightName),
    formatGroupSizes(groups),
    ...(norms === null ? [] : [formatSpread(norms.finite), `${formatInteger(changed ?? 0)} would change`]),
    keras,
  ]);
  return ["side by side:", ...formatColumns(rows, "  ")];
}

function formatSpread(finite: { smallest: number; median: number; largest: number } | null): string {
  if (finite === null) return "no finite norm";
  const { smallest, median, largest } = finite;
  if (smallest === largest) return `norm ${formatNorm(smallest)}`;
  return `norms ${formatNorm(smallest)} to ${formatNorm(largest)}, median ${formatNorm(median)}`;
}
