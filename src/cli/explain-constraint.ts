import { type ConstraintExplanation, explainConstraint } from "../constraints/index.js";
import { parseConstraintText } from "../constraints/parse-written.js";
import type { Note } from "../errors.js";
import { countConstraints, type Explanation } from "../report/explanation.js";
import { findConstrainedWeight } from "./constrained-weight.js";
import { optionValue, type ParsedArguments, usage } from "./options.js";
import { parseShape } from "./shape-option.js";

/** Options that say something of a constraint without a file. */
const companions = ["shape", "layer", "argument"] as const;

/** True where the command line asks for a constraint without a file. Throws `usage` where it asks for parts of one. */
export function isConstraintAsked(parsed: ParsedArguments): boolean {
  if (parsed.options.has("constraint")) {
    if (parsed.target !== "") throw usage("arguments", `found ${parsed.target} and --constraint, wanted one of them`);
    for (const name of ["weights", "kernels"]) {
      if (parsed.options.has(name)) throw usage(`--${name}`, "found it with --constraint, which has no file");
    }
    return true;
  }
  const alone = companions.find((name) => parsed.options.has(name));
  if (alone === undefined) return false;
  throw usage(`--${alone}`, "found it without --constraint, wanted --constraint 'max_norm(3)' or the like");
}

/** Explains the constraint of `--constraint` on a weight of `--shape`: what it sums over, and which axes there are. */
export function explainWrittenConstraint(parsed: ParsedArguments): Explanation {
  const text = optionValue(parsed, "constraint") ?? "";
  const { constraint, argument: inText, generation: written, notes } = parseConstraintText(text, "--constraint");
  const option = optionValue(parsed, "argument");
  if (option !== undefined && inText !== null && option !== inText) {
    throw usage("--argument", `found ${option}, and ${inText} in --constraint, wanted one of them`);
  }
  const argument = option ?? inText ?? undefined;
  const argumentPath = option === undefined ? "--constraint" : "--argument";
  const generation = argument !== undefined && /^[Wb]_/.test(argument) ? "keras1" : written;
  const layer = optionValue(parsed, "layer");
  const given = optionValue(parsed, "shape");
  if (given === undefined) {
    throw usage("--shape", "found none, wanted the shape of the weight, such as 3,3,3,32 for the kernel of a Conv2D");
  }
  const shape = parseShape(given);
  if (layer === undefined && argument !== undefined) {
    throw usage("--layer", `found none, wanted the class of the layer that has ${argument}`);
  }
  const weight =
    layer === undefined
      ? { layerClass: "", weight: "weight" }
      : findConstrainedWeight({ layer, argument, argumentPath, shape, generation });
  const constraints: readonly ConstraintExplanation[] = [
    explainConstraint({
      layerName: "",
      layerClass: weight.layerClass,
      weightName: weight.weight,
      shape,
      constraint,
      generation,
    }),
  ];
  const all = [...notes, ...layoutNotes(constraints[0])];
  return { name: null, summary: null, constraints, counts: countConstraints(constraints), notes: all, problems: [] };
}

/** Keras 1 stores the kernels of convolutions in orders that its `dim_ordering` and its layers choose. */
function layoutNotes(explanation: ConstraintExplanation | undefined): Note[] {
  if (explanation?.generation !== "keras1" || explanation.unit === null || explanation.axisWords.length < 3) return [];
  const order = explanation.axisWords.join(", ");
  const message =
    `the shape and the axis are taken in the order of Keras 2, (${order}); ` +
    "the Keras 1 that wrote a model may have another, which explaining the model's file takes into account";
  return [{ code: "assumed-layout", path: "--shape", message }];
}
