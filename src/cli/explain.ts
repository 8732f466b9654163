import { surveyModel } from "../import/survey.js";
import { openModelFiles } from "../model-files.js";
import { formatExplanationHtml } from "../report/explanation-html.js";
import { formatExplanationMarkdown } from "../report/explain-markdown.js";
import { explainSurvey } from "../report/explain-model.js";
import { describeExplanation, formatExplanation } from "../report/explain-text.js";
import type { Explanation } from "../report/explanation.js";
import type { CommandContext } from "./command-context.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import { explainWrittenConstraint, isConstraintAsked } from "./explain-constraint.js";
import { printProblems } from "./failure.js";
import { optionValue } from "./options.js";
import type { Output } from "./output.js";
import { foundWeightsNotes, readOptions } from "./read-options.js";

/**
 * `kerasproof explain`, of a model or of the constraint of `--constraint`. Of a model that cannot be imported, the
 * constraints that can be read are explained.
 */
export async function explain(context: CommandContext): Promise<ExitCode> {
  const { parsed, output } = context;
  const explanation = isConstraintAsked(parsed) ? explainWrittenConstraint(parsed) : await explainFile(context);
  await writeExplanation(explanation, output);
  const { problems } = explanation;
  if (problems[0] === undefined) return 0;
  if (!output.beside) printProblems(problems);
  return exitCodeOf(problems[0].code);
}

async function explainFile({ parsed, progress }: CommandContext): Promise<Explanation> {
  const files = await openModelFiles(parsed.target, optionValue(parsed, "weights"));
  try {
    progress.show(`reading ${parsed.target}`);
    const found = await surveyModel(files.model, readOptions(parsed, files));
    progress.clear();
    return explainSurvey(parsed.target, { ...found, notes: [...foundWeightsNotes(files), ...found.notes] });
  } finally {
    await files.close();
  }
}

async function writeExplanation(explanation: Explanation, output: Output): Promise<void> {
  if (output.format === "json") await output.writeJson(describeExplanation(explanation));
  else if (output.format === "html") output.writeDocument(formatExplanationHtml(explanation));
  else if (output.format === "markdown") output.writeLines(formatExplanationMarkdown(explanation));
  else output.writeLines(formatExplanation(explanation, output.style));
}
