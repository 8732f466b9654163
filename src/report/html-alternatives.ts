import type { AxisAlternative, ConstraintExplanation } from "../constraints/index.js";
import { printable } from "../formats/printable.js";
import { formatNorm } from "./constraint-sentences.js";
import { alternativeName } from "./constraint-text.js";
import { markup, type Markup } from "./html-markup.js";
import { describeNorms, limitsOfPlot, plottedNorms } from "./html-norms.js";
import { formatHtmlTable } from "./html-table.js";
import { formatInteger } from "./numbers.js";
import { formatNormPlot } from "./svg-norm-plot.js";

/**
 * What the same constraint does with other axes, side by side, with one axis for all norms and the line to write for
 * each. Nothing where the axis is that of a unit.
 */
export function formatAlternativesHtml(explanation: ConstraintExplanation, id: string): Markup {
  const { alternatives, limits } = explanation;
  if (alternatives.length === 0) return markup``;
  const plotted = alternatives.flatMap((one) => (one.norms === null ? [] : [{ ...one, norms: one.norms }]));
  const plot =
    plotted.length === 0
      ? null
      : markup`<figure>${formatNormPlot(
          plotted.map((one) =>
            plottedNorms(one.norms, [nameAlternative(one, explanation), `groups of ${formatInteger(one.groups.size)}`]),
          ),
          limitsOfPlot(limits),
          {
            id: `${id}-alternatives`,
            title: `Norms of ${printable(explanation.layerName)} ${printable(explanation.weightName)} by axis`,
            description: plotted
              .map((one) => `${nameAlternative(one, explanation)}: ${describeNorms(one.norms)}`)
              .join(" "),
          },
        )}
<figcaption>The same weight and the same limit, with the norm over other axes.</figcaption></figure>`;
  const known = plotted.length > 0;
  return markup`<h3>Which axes</h3>
${plot}
${formatHtmlTable(
  known ? "The constraint with other axes, and how many groups a step would scale" : "The constraint with other axes",
  [
    { head: "norm of" },
    { head: "write" },
    { head: "over" },
    { head: "groups", numeric: true },
    ...(known ? ["smallest", "median", "largest", "changed"].map((head) => ({ head, numeric: true })) : []),
  ],
  alternatives.map((one) => [
    nameAlternative(one, explanation),
    markup`<code>${one.keras}</code>`,
    one.groups.over.join(", ") || "nothing",
    `${formatInteger(one.groups.count)} of ${formatInteger(one.groups.size)}`,
    ...(known ? formatNorms(one) : []),
  ]),
)}`;
}

function nameAlternative({ kind }: AxisAlternative, { unit, weightName }: ConstraintExplanation): string {
  return alternativeName(kind, unit ?? "unit", weightName);
}

function formatNorms({ norms, changed }: AxisAlternative): string[] {
  const finite = norms?.finite ?? null;
  const numbers = finite === null ? ["–", "–", "–"] : [finite.smallest, finite.median, finite.largest].map(formatNorm);
  return [...numbers, changed === null ? "–" : formatInteger(changed)];
}
