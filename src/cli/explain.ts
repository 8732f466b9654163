import { surveyModel } from "../import/survey.js";
import { openModelFiles } from "../model-files.js";
import { explainSurvey } from "../report/explain-model.js";
import { describeExplanation, formatExplanation } from "../report/explain-text.js";
import type { CommandContext } from "./command-context.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import { printProblems } from "./failure.js";
import { optionValue } from "./options.js";
import { foundWeightsNotes, readOptions } from "./read-options.js";

/** `kerasproof explain`. Of a model that cannot be imported, the constraints that can be read are explained. */
export async function explain({ parsed, output, progress }: CommandContext): Promise<ExitCode> {
  const files = await openModelFiles(parsed.target, optionValue(parsed, "weights"));
  try {
    progress.show(`reading ${parsed.target}`);
    const found = await surveyModel(files.model, readOptions(parsed, files));
    progress.clear();
    const survey = { ...found, notes: [...foundWeightsNotes(files), ...found.notes] };
    const explanation = explainSurvey(parsed.target, survey);
    if (output.format === "json") output.writeJson(describeExplanation(explanation));
    else output.writeLines(formatExplanation(explanation, output.style));
    const [first] = survey.problems;
    if (first === undefined) return 0;
    if (!output.beside) printProblems(survey.problems);
    return exitCodeOf(first.code);
  } finally {
    await files.close();
  }
}
