import { surveyModel } from "../import/survey.js";
import { openModelFiles } from "../model-files.js";
import { describeInspection, formatInspection } from "../report/inspect-text.js";
import type { CommandContext } from "./command-context.js";
import { type ExitCode, exitCodeOf } from "./exit-codes.js";
import { printProblems } from "./failure.js";
import { optionValue } from "./options.js";
import { foundWeightsNotes, readOptions } from "./read-options.js";

/** `kerasproof inspect`. A model that cannot be imported is told as far as it can be read, with everything in its way. */
export async function inspect({ parsed, output, progress }: CommandContext): Promise<ExitCode> {
  const files = await openModelFiles(parsed.target, optionValue(parsed, "weights"));
  try {
    progress.show(`reading ${parsed.target}`);
    const found = await surveyModel(files.model, readOptions(parsed, files));
    progress.clear();
    const survey = { ...found, notes: [...foundWeightsNotes(files), ...found.notes] };
    if (output.format === "json") await output.writeJson(describeInspection(parsed.target, survey));
    else output.writeLines(formatInspection(parsed.target, survey, output.style));
    const [first] = survey.problems;
    if (first === undefined) return 0;
    if (!output.beside) printProblems(survey.problems);
    return exitCodeOf(first.code);
  } finally {
    await files.close();
  }
}
