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
import { histogramRows } from "./histogram-rows.js";
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

function formatHistogram(histogram: NormHistogram, limits: ConstraintExplanation["limits"]): string[] {
  const rows = histogramRows(histogram, limits);
  const most = Math.max(...rows.map(({ count }) => count));
  const width = Math.max(...rows.map(({ from }) => from.length));
  const bar = (count: number): string => "█".repeat(Math.round((count / most) * widest)) || (count === 0 ? "" : "▏");
  const lines = rows.map(({ from, to, count, limits: inside }) => [
    `${from.padStart(width)}${to === null ? "" : ` to ${to}`}`,
    formatInteger(count),
    `${bar(count)}${inside === "" ? "" : ` ← ${inside}`}`.trim(),
  ]);
  return ["groups by norm:", ...formatColumns(lines, "  ")];
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
