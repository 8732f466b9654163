import { readModel } from "../import/load-spec.js";
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
    const { container, spec, problems, notes } = await readModel(files.model, readOptions(parsed, files));
    progress.clear();
    const inspection = {
      name: parsed.target,
      format: container.format,
      spec,
      notes: [...foundWeightsNotes(files), ...notes],
      problems,
    };
    if (output.format === "json") output.writeJson(describeInspection(inspection));
    else output.writeLines(formatInspection(inspection, output.style));
    const [first] = problems;
    if (first === undefined) return 0;
    if (!output.beside) printProblems(problems);
    return exitCodeOf(first.code);
  } finally {
    await files.close();
  }
}
