import { readModelSpec } from "../import/load-spec.js";
import { openModelFiles } from "../model-files.js";
import { explainModel } from "../report/explain-model.js";
import { describeExplanation, formatExplanation } from "../report/explain-text.js";
import type { CommandContext } from "./command-context.js";
import type { ExitCode } from "./exit-codes.js";
import { optionValue } from "./options.js";
import { foundWeightsNotes, readOptions } from "./read-options.js";

/** `kerasproof explain`. */
export async function explain({ parsed, output, progress }: CommandContext): Promise<ExitCode> {
  const files = await openModelFiles(parsed.target, optionValue(parsed, "weights"));
  try {
    progress.show(`reading ${parsed.target}`);
    const read = await readModelSpec(files.model, readOptions(parsed, files));
    progress.clear();
    const spec = { ...read, notes: [...foundWeightsNotes(files), ...read.notes] };
    const explanation = { name: parsed.target, spec, explanations: explainModel(spec) };
    if (output.format === "json") output.writeJson(describeExplanation(explanation));
    else output.writeLines(formatExplanation(explanation, output.style));
    return 0;
  } finally {
    await files.close();
  }
}
