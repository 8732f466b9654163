import { appendAll } from "../append-all.js";
import type { ConstraintExplanation, GroupList, NormHistogram, NormSummary } from "../constraints/index.js";
import { formatPlace } from "./constraint-place.js";
import { constraintSentences, formatAxes, formatGroupSizes, formatLayer, formatNorm } from "./constraint-sentences.js";
import { statusWords } from "./constraint-status.js";
import { alternativeName, fewestForHistogram } from "./constraint-text.js";
import { formatStanding, importingRemark } from "./explain-text.js";
import type { Explanation } from "./explanation.js";
import { histogramRows } from "./histogram-rows.js";
import { escapeMarkdown, formatCode, formatMarkdownTable } from "./markdown.js";
import { formatModelSummary } from "./model-summary.js";
import { formatCount, formatInteger } from "./numbers.js";
import { mostFindings } from "./text-style.js";

/** Every constraint as Markdown for GitHub, in lines: a table of all, then a section for each with its figures. */
export function formatExplanationMarkdown(explanation: Explanation): string[] {
  const { name, summary, constraints, notes, problems } = explanation;
  const lines = [name === null ? "# A weight constraint" : `# Constraints of ${formatCode(name)}`, ""];
  if (summary !== null) lines.push(escapeMarkdown(formatModelSummary(summary, problems.length === 0)), "");
  if (name !== null) {
    lines.push(`**${escapeMarkdown(formatStanding(explanation))}**`, "");
    if (explanation.counts.violated > 0) lines.push(escapeMarkdown(importingRemark), "");
  }
  if (constraints.length > 1) appendAll(lines, [...formatOverview(constraints), ""]);
  for (const constraint of constraints) lines.push(...formatSection(constraint));
  lines.push(
    ...formatFindings("What keeps the model from being imported", problems),
    ...formatFindings("Notes", notes),
  );
  return lines.slice(0, -1);
}

function formatOverview(constraints: readonly ConstraintExplanation[]): string[] {
  return formatMarkdownTable(
    [
      { head: "weight" },
      { head: "constraint" },
      { head: "the norm is over" },
      { head: "groups", numeric: true },
      { head: "now" },
    ],
    constraints.map((one) => [
      formatCode(weightName(one)),
      formatCode(one.keras),
      one.groups === null ? "" : escapeMarkdown(one.groups.over.join(", ") || "no axis"),
      one.groups === null ? "" : formatInteger(one.groups.count),
      `${statusWords[one.status]}${one.advice === null ? "" : ", probably not what was meant"}`,
    ]),
  );
}

function weightName(explanation: ConstraintExplanation): string {
  return `${formatLayer(explanation)} ${explanation.weightName}`.trim();
}

function formatSection(explanation: ConstraintExplanation): string[] {
  const { keras, norms, negatives, limits } = explanation;
  const lines = [
    `## ${formatCode(weightName(explanation))}`,
    "",
    `${formatCode(keras)} on (${escapeMarkdown(formatAxes(explanation))})`,
    "",
    ...constraintSentences(explanation).map(({ kind, text, code }) => {
      const said = `${escapeMarkdown(text)}${code === undefined ? "" : ` ${formatCode(code)}`}`;
      return `- ${kind === "wrong" ? `**${said}**` : said}`;
    }),
    "",
  ];
  if (explanation.alternatives.length > 1) lines.push(...formatAlternatives(explanation), "");
  if (norms !== null) lines.push(...formatNorms(norms, limits));
  if (negatives !== null && negatives.count > 0) {
    const rows = negatives.first.map(({ value, index, words }) => [
      formatNorm(value),
      formatCode(formatPlace(index)),
      words,
    ]);
    lines.push(...formatPlaces("negative numbers", "value", rows, negatives.count));
  }
  return lines;
}

function formatAlternatives({ alternatives, unit, weightName }: ConstraintExplanation): string[] {
  const measured = alternatives.some(({ norms }) => norms !== null);
  const figures = ["smallest", "median", "largest", "would change"].map((head) => ({ head, numeric: true }));
  return formatMarkdownTable(
    [{ head: "the norm of" }, { head: "groups" }, ...(measured ? figures : []), { head: "in Keras" }],
    alternatives.map(({ kind, groups, norms, changed, keras }) => {
      const finite = norms?.finite;
      const figures = [finite?.smallest, finite?.median, finite?.largest].map((one) =>
        one === undefined ? "" : formatNorm(one),
      );
      return [
        escapeMarkdown(alternativeName(kind, unit ?? "unit", weightName)),
        `${formatGroupSizes(groups)}, over ${escapeMarkdown(groups.over.join(", ") || "no axis")}`,
        ...(measured ? [...figures, formatInteger(changed ?? 0)] : []),
        formatCode(keras),
      ];
    }),
  );
}

function formatNorms(norms: NormSummary, limits: ConstraintExplanation["limits"]): string[] {
  const { histogram, above, below, zero, infinite, nan, finiteCount } = norms;
  const lines: string[] = [];
  if (histogram !== null && finiteCount >= fewestForHistogram) lines.push(...formatHistogram(histogram, limits), "");
  if (above !== null) lines.push(...formatGroups(`groups above ${formatNorm(above.limit)}`, above));
  if (below !== null) lines.push(...formatGroups(`groups below ${formatNorm(below.limit)}`, below));
  lines.push(...formatGroups("groups of zeros", zero));
  lines.push(...formatGroups("infinite groups", infinite), ...formatGroups("groups with NaN", nan));
  return lines;
}

function formatHistogram(histogram: NormHistogram, limits: ConstraintExplanation["limits"]): string[] {
  const rows = histogramRows(histogram, limits).map(({ from, to, count, limits: inside }) => [
    `${from}${to === null ? "" : ` to ${to}`}${inside === "" ? "" : ` (${inside})`}`,
    formatInteger(count),
  ]);
  return formatMarkdownTable([{ head: "norm" }, { head: "groups", numeric: true }], rows);
}

function formatGroups(name: string, { count, first }: GroupList): string[] {
  // A weight that is one group has been told already.
  if (first[0]?.words === "") return [];
  const rows = first.map(({ norm, index, words }) => [formatNorm(norm), formatCode(formatPlace(index)), words]);
  return formatPlaces(name, "norm", rows, count);
}

function formatPlaces(
  name: string,
  figure: "norm" | "value",
  rows: readonly (readonly [string, string, string] | string[])[],
  count: number,
): string[] {
  if (count === 0) return [];
  const head = count === rows.length ? name : `${name}, the first ${rows.length} of ${formatInteger(count)}`;
  const table = formatMarkdownTable(
    [{ head: figure, numeric: true }, { head: "index" }, { head: "place" }],
    rows.map(([one = "", index = "", words = ""]) => [one, index, escapeMarkdown(words)]),
  );
  return [`${head}:`, "", ...table, ""];
}

function formatFindings(
  title: string,
  findings: readonly { readonly path: string; readonly message: string }[],
): string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, mostFindings)
    .map(({ path, message }) => `- ${formatCode(path)}: ${escapeMarkdown(message)}`);
  if (findings.length > mostFindings)
    lines.push(`- and ${formatCount(findings.length - mostFindings, "more finding")}`);
  return [`## ${title}`, "", ...lines, ""];
}
