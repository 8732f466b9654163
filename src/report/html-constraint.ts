import type { ConstraintExplanation, ConstraintStatus } from "../constraints/index.js";
import { formatAxis, plainAxis } from "../constraints/keras-call.js";
import { printable } from "../formats/printable.js";
import { formatPlace } from "./constraint-place.js";
import { constraintSentences, formatAxes, formatNorm } from "./constraint-sentences.js";
import { statusWords } from "./constraint-status.js";
import { formatAlternativesHtml } from "./html-alternatives.js";
import { markup, type Markup } from "./html-markup.js";
import { formatNormsHtml } from "./html-norms.js";
import { formatHtmlTable } from "./html-table.js";
import { formatCount, formatInteger } from "./numbers.js";

/** Everything about one constraint, as a section of a page; `id` is its anchor and begins all ids in it. */
export function formatConstraintSection(explanation: ConstraintExplanation, id: string): Markup {
  const { layerClass, weightName, keras } = explanation;
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${nameWeight(explanation)}</h2>
<p>${formatStatus(explanation)}</p>
<p>${printable(`${layerClass} ${weightName}`.trim())} (${formatAxes(explanation)}) with <code>${keras}</code></p>
${formatSentences(explanation)}
${formatLine(explanation)}
${formatNormsHtml(explanation, id)}
${formatNegatives(explanation)}
${formatAlternativesHtml(explanation, id)}
${formatTwoShapes(explanation)}
</section>`;
}

/** Layer and weight; the class of a layer without a name; a name of a hostile file is cut. */
export function nameWeight({ layerName, layerClass, weightName }: ConstraintExplanation): Markup {
  return markup`<bdi>${printable(layerName || layerClass)}</bdi> <bdi class="weight">${printable(weightName)}</bdi>`;
}

const tones: Readonly<Record<ConstraintStatus, string>> = {
  holds: "good",
  violated: "doubtful",
  broken: "bad",
  dead: "bad",
  unknown: "quiet",
};

/** What is to be said of a constraint in a few words. */
export function formatStatus({ status, advice }: ConstraintExplanation): Markup {
  const doubt = advice === null ? null : markup`, <span class="status doubtful">probably not what was meant</span>`;
  return markup`<span class="status ${tones[status]}">${statusWords[status]}</span>${doubt}`;
}

/**
 * What is said of a constraint, what is wrong with it last. What is said of the norms now is left to their plot and
 * tables, and the advice to the line to write.
 */
function formatSentences(explanation: ConstraintExplanation): Markup {
  const sentences = constraintSentences({ ...explanation, norms: null });
  const facts = sentences.filter(({ kind }) => kind === "fact").map(({ text }) => markup`<li>${text}</li>`);
  const wrong = sentences
    .filter(({ kind }) => kind === "wrong")
    .map(({ text }) => markup`<p class="wrong">${text}</p>`);
  const list = facts.length === 0 ? null : markup`<ul>${facts}</ul>`;
  return markup`${list}${wrong}`;
}

/** The line to copy into Python: the better one where there is one, else the one that is written. */
function formatLine(explanation: ConstraintExplanation): Markup {
  const { option, keras } = explanation;
  const advice = constraintSentences(explanation).find(({ kind }) => kind === "advice");
  const written = option === null ? keras : `${option}=${keras}`;
  return markup`<h3 class="said">${advice?.text ?? "In Keras"}</h3>
<pre><code>${advice?.code ?? written}</code></pre>`;
}

/** NonNeg's numbers that a step would change. */
function formatNegatives({ negatives }: ConstraintExplanation): Markup | null {
  if (negatives === null || negatives.count === 0) return null;
  const { count, first } = negatives;
  const rest = count > first.length ? `; the first ${formatInteger(first.length)}` : "";
  return formatHtmlTable(
    `${formatCount(count, "negative number")}${rest}`,
    [{ head: "place" }, { head: "index" }, { head: "value", numeric: true }],
    first.map(({ words, index, value }) => [words, markup`<code>${formatPlace(index)}</code>`, formatNorm(value)]),
  );
}

/** One option that holds for weights of two shapes. */
function formatTwoShapes({ twoShapes }: ConstraintExplanation): Markup | null {
  if (twoShapes === null) return null;
  return formatHtmlTable(
    `${twoShapes.option} holds for weights of several shapes`,
    [{ head: "weights" }, { head: "axes" }, { head: "one norm for each" }, { head: "would be axis" }],
    twoShapes.meanings.map(({ weights, words, perUnit, unit }) => [
      weights.join(", "),
      `(${words.join(", ")})`,
      unit,
      markup`<code>${formatAxis(plainAxis(perUnit))}</code>`,
    ]),
  );
}
