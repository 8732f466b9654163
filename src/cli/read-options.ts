import type { Note } from "../errors.js";
import type { ReadOptions } from "../import/read-options.js";
import type { ModelFiles } from "../model-files.js";
import { optionValue, type ParsedArguments } from "./options.js";

/** The option `--kernels`; `undefined` where it is not given. */
export function kernelsOption(parsed: ParsedArguments): "theano" | "tensorflow" | undefined {
  const kernels = optionValue(parsed, "kernels");
  return kernels === "theano" || kernels === "tensorflow" ? kernels : undefined;
}

/** What the reading of a model needs from the command line. Errors give paths as they were typed. */
export function readOptions(parsed: ParsedArguments, { weights }: ModelFiles): ReadOptions {
  const kernels = kernelsOption(parsed);
  return {
    name: parsed.target,
    ...(weights === null ? {} : { weights: weights.source, weightsName: weights.path }),
    ...(kernels === undefined ? {} : { kernels }),
  };
}

/** Says which weights were taken without being named. */
export function foundWeightsNotes({ weights, found }: ModelFiles): Note[] {
  if (!found || weights === null) return [];
  return [{ code: "weights-found", path: weights.path, message: "taken as the weights of the model beside it" }];
}
