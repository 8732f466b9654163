import type { AxisAlternative, ConstraintExplanation } from "../constraints/index.js";
import { printable } from "../formats/printable.js";
import { formatGroupSizes, formatNorm } from "./constraint-sentences.js";
import { alternativeName } from "./constraint-text.js";
import { markup, type Markup } from "./html-markup.js";
import { describeNorms, limitsOfPlot, plottedNorms } from "./html-norms.js";
import { formatHtmlTable } from "./html-table.js";
import { formatInteger } from "./numbers.js";
import { describeDiagram, formatGroupDiagram } from "./svg-group-diagram.js";
import { formatNormPlot } from "./svg-norm-plot.js";

/**
 * What the same constraint does with other axes, side by side: which numbers share a norm, the norms now on one axis,
 * and the line to write for each. Nothing where the axis is that of a unit.
 */
export function formatAlternativesHtml(explanation: ConstraintExplanation, id: string): Markup {
  if (explanation.alternatives.length === 0) return markup``;
  return markup`<h3>Which axes</h3>
${drawGroups(explanation, id)}
${drawNorms(explanation, id)}
${formatTable(explanation)}`;
}

function drawGroups(explanation: ConstraintExplanation, id: string): Markup | null {
  const { alternatives, shape, axisWords } = explanation;
  if (shape === null) return null;
  const choices = alternatives.map((one) => ({ title: nameOf(one, explanation), axes: one.groups.axes }));
  const diagram = formatGroupDiagram(choices, shape, {
    id: `${id}-groups`,
    title: `Which numbers of ${nameWeight(explanation)} share a norm`,
    description: `${alternatives.map((one) => `${nameOf(one, explanation)}: ${formatGroupSizes(one.groups)}`).join("; ")}.`,
  });
  if (diagram === null) return null;
  return markup`<figure>${diagram}
<figcaption>The numbers of one group, which share a norm, stand out. The axes: ${describeDiagram(axisWords)}.</figcaption></figure>`;
}

function drawNorms(explanation: ConstraintExplanation, id: string): Markup | null {
  const { alternatives, limits } = explanation;
  const known = alternatives.flatMap((one) => (one.norms === null ? [] : [{ ...one, norms: one.norms }]));
  if (known.length === 0) return null;
  const plots = known.map((one) =>
    plottedNorms(one.norms, [nameOf(one, explanation), `groups of ${formatInteger(one.groups.size)}`]),
  );
  const plot = formatNormPlot(plots, limitsOfPlot(limits), {
    id: `${id}-alternatives`,
    title: `Norms of ${nameWeight(explanation)} by axis`,
    description: known.map((one) => `${nameOf(one, explanation)}: ${describeNorms(one.norms)}`).join(" "),
  });
  return markup`<figure>${plot}
<figcaption>The same weight and the same limit, with the norm over other axes.</figcaption></figure>`;
}

function formatTable(explanation: ConstraintExplanation): Markup {
  const { alternatives } = explanation;
  const known = alternatives.some(({ norms }) => norms !== null);
  return formatHtmlTable(
    known ? "The constraint with other axes, and how many groups a step would scale" : "The constraint with other axes",
    [
      { head: "norm of" },
      { head: "write" },
      { head: "over" },
      { head: "groups", numeric: true },
      ...(known ? ["smallest", "median", "largest", "changed"].map((head) => ({ head, numeric: true })) : []),
    ],
    alternatives.map((one) => [
      nameOf(one, explanation),
      markup`<code>${one.keras}</code>`,
      one.groups.over.join(", ") || "nothing",
      `${formatInteger(one.groups.count)} of ${formatInteger(one.groups.size)}`,
      ...(known ? formatNorms(one) : []),
    ]),
  );
}

function nameOf({ kind }: AxisAlternative, { unit, weightName }: ConstraintExplanation): string {
  return alternativeName(kind, unit ?? "unit", weightName.split("/").at(-1)!);
}

function nameWeight({ layerName, layerClass, weightName }: ConstraintExplanation): string {
  return `${printable(layerName || layerClass)} ${printable(weightName)}`;
}

function formatNorms({ norms, changed }: AxisAlternative): string[] {
  const finite = norms?.finite ?? null;
  const numbers = finite === null ? ["–", "–", "–"] : [finite.smallest, finite.median, finite.largest].map(formatNorm);
  return [...numbers, changed === null ? "–" : formatInteger(changed)];
}
