import { printable } from "../formats/printable.js";
import { formatStanding } from "./explain-text.js";
import type { Explanation } from "./explanation.js";
import { formatConstraintSection, formatStatus, nameWeight } from "./html-constraint.js";
import { markup, type Markup } from "./html-markup.js";
import { formatHtmlPage } from "./html-page.js";
import { formatHtmlTable } from "./html-table.js";
import { formatModelSummary } from "./model-summary.js";

/** Characters of a message beyond which a hostile file must have made it. */
const longest = 2000;

/** The constraints of a model as one HTML file that needs nothing else: a summary, then a section for each. */
export function formatExplanationHtml(explanation: Explanation): string {
  const { name, constraints, notes, problems } = explanation;
  const sections = constraints.map((constraint, i) => formatConstraintSection(constraint, `constraint-${i + 1}`));
  const body = markup`${name === null ? markup`<h1>A weight constraint</h1>` : formatHead(name, explanation)}
${formatMessages("What keeps the model from being imported", problems)}
${formatMessages("Notes", notes)}
${sections}`;
  const title = name === null ? "A weight constraint" : `Weight constraints of ${printable(name)}`;
  return formatHtmlPage({ title, body });
}

function formatHead(name: string, explanation: Explanation): Markup {
  const { summary, constraints, problems } = explanation;
  return markup`<h1>Weight constraints of <bdi>${printable(name)}</bdi></h1>
${summary === null ? null : markup`<p class="quiet">${formatModelSummary(summary, problems.length === 0)}</p>`}
<p class="summary">${formatStanding(explanation)}</p>
${constraints.length === 0 ? null : formatContents(explanation)}`;
}

function formatContents({ constraints }: Explanation): Markup {
  return formatHtmlTable(
    "The constraints in the order of the layers",
    [{ head: "weight" }, { head: "constraint" }, { head: "now" }],
    constraints.map((constraint, i) => [
      markup`<a href="#constraint-${i + 1}">${nameWeight(constraint)}</a>`,
      markup`<code>${constraint.keras}</code>`,
      formatStatus(constraint),
    ]),
  );
}

function formatMessages(
  title: string,
  messages: readonly { readonly path: string; readonly message: string }[],
): Markup | null {
  if (messages.length === 0) return null;
  return markup`<h2>${title}</h2>
<ul>
${messages.map(
  ({ path, message }) => markup`<li><code>${printable(path, longest)}</code>: ${printable(message, longest)}</li>
`,
)}</ul>`;
}
