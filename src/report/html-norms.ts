import type { ConstraintExplanation, GroupList, NormSummary } from "../constraints/index.js";
import { printable } from "../formats/printable.js";
import { formatPlace } from "./constraint-place.js";
import { formatNorm, normFigures } from "./constraint-sentences.js";
import { markup, type Markup } from "./html-markup.js";
import { formatHtmlTable } from "./html-table.js";
import { formatCount, formatInteger } from "./numbers.js";
import type { PlottedLimits } from "./svg-limit-lines.js";
import type { PlottedNorms } from "./svg-norm-panel.js";
import { formatNormPlot } from "./svg-norm-plot.js";

/**
 * The norms of a constrained weight's groups: the plot against the limits, the statistics, and the places of the groups
 * outside the limits and of those that a constraint cannot mend. Nothing where the weight's values are not known.
 */
export function formatNormsHtml(explanation: ConstraintExplanation, id: string): Markup {
  const { norms, limits, groups } = explanation;
  if (norms === null || groups === null) return markup``;
  return markup`<h3>Norms now</h3>
<div class="beside">
<figure>${formatNormPlot([plottedNorms(norms, [])], limitsOfPlot(limits), {
    id: `${id}-norms`,
    title: `Norms of the groups of ${printable(explanation.layerName)} ${printable(explanation.weightName)}`,
    description: describeNorms(norms),
  })}
<figcaption>${formatCaption(norms)}</figcaption></figure>
${formatStatistics(norms)}
</div>
${formatPlaces(norms)}`;
}

/** What a plot shows of norms; `title` stands above it. */
export function plottedNorms(norms: NormSummary, title: readonly string[]): PlottedNorms {
  const { sorted, finiteCount, infinite, nan } = norms;
  return { title, sorted, finiteCount, infiniteCount: infinite.count, nanCount: nan.count };
}

/** The limits of a plot; none for a constraint without limits. */
export function limitsOfPlot(limits: PlottedLimits | null): PlottedLimits {
  return limits ?? { lower: null, upper: null };
}

/** Norms in a sentence, for those who cannot see the plot. */
export function describeNorms(norms: NormSummary): string {
  const { above, below, infinite, nan } = norms;
  const parts = [
    describeSpread(norms),
    above === null ? null : `${formatInteger(above.count)} above ${formatNorm(above.limit)}`,
    below === null ? null : `${formatInteger(below.count)} below ${formatNorm(below.limit)}`,
    infinite.count === 0 ? null : formatCount(infinite.count, "infinite norm"),
    nan.count === 0 ? null : `${formatInteger(nan.count)} NaN`,
  ];
  return `${parts.filter((part) => part !== null).join("; ")}.`;
}

function describeSpread({ finite, finiteCount }: NormSummary): string {
  if (finite === null) return "no group with a finite norm";
  const { smallest, median, largest } = finite;
  if (finiteCount === 1) return `1 group with the norm ${formatNorm(smallest)}`;
  const spread = `norms from ${formatNorm(smallest)} to ${formatNorm(largest)}`;
  return `${formatCount(finiteCount, "group")} with ${spread}, the median is ${formatNorm(median)}`;
}

function formatCaption({ finiteCount, sorted, above, below }: NormSummary): string {
  const each = finiteCount > sorted.length ? `${sorted.length} of the groups, evenly picked` : "Each group";
  const outside = (above?.count ?? 0) + (below?.count ?? 0) > 0;
  const effect = outside ? " What is outside the limits stays so until the first step of training." : "";
  return `${each}, the smallest norm first.${effect}`;
}

function formatStatistics({ finite, finiteCount }: NormSummary): Markup | null {
  if (finite === null) return null;
  return formatHtmlTable(
    formatCount(finiteCount, "finite norm"),
    [{ head: "statistic" }, { head: "norm", numeric: true }],
    normFigures(finite),
  );
}

function formatPlaces({ above, below, zero, infinite, nan }: NormSummary): Markup[] {
  const lists: readonly (readonly [GroupList | null, string, number | null])[] = [
    [above, `above ${formatNorm(above?.limit ?? 0)}`, above?.limit ?? null],
    [below, `below ${formatNorm(below?.limit ?? 0)}`, below?.limit ?? null],
    [zero, "of zeros, which no constraint changes", null],
    [infinite, "with infinity, in which a step leaves NaN", null],
    [nan, "with NaN, of which a step makes nothing but NaN", null],
  ];
  return lists.flatMap(([list, what, limit]) =>
    list === null || list.count === 0 ? [] : [formatGroupList(list, what, limit)],
  );
}

/** The first groups of a list; the norm beside each where there is a limit to compare it with. */
function formatGroupList({ count, first }: GroupList, what: string, limit: number | null): Markup {
  const rest = count > first.length ? `; the first ${formatInteger(first.length)}` : "";
  const compared = limit !== null;
  return formatHtmlTable(
    `${formatCount(count, "group")} ${what}${rest}`,
    [
      { head: "group" },
      { head: "index" },
      ...(compared ? [{ head: "norm", numeric: true }] : []),
      ...(compared && limit > 0 ? [{ head: "times the limit", numeric: true }] : []),
    ],
    first.map((place) => [
      place.words === "" ? "the whole weight" : place.words,
      markup`<code>${formatPlace(place.index)}</code>`,
      ...(compared ? [formatNorm(place.norm)] : []),
      ...(compared && limit > 0 ? [formatNorm(place.norm / limit)] : []),
    ]),
  );
}
