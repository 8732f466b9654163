import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import { parseConstraint } from "../constraints/parse.js";
import { hasAxis, type Generation } from "../constraints/spec.js";
import { findTwoShapes, formatTwoShapes } from "../constraints/two-shapes.js";
import { weightsOfOption } from "../constraints/weight-axes.js";
import { KerasProofError, type Note, type Problem } from "../errors.js";
import { isWrittenAsFloat } from "../formats/float-literals.js";
import { extendJsonPath } from "../formats/json-path.js";
import type { JsonObject, JsonValue } from "../formats/python-json.js";
import { isArray, isObject } from "./dialects/config-json.js";
import type { Writer } from "./writer.js";

/** What reading the constraints of a layer without a rule needs and collects. */
interface ForeignContext {
  readonly generation: Generation;
  readonly writer?: Writer;
  readonly customConstraints?: CustomConstraints;
  readonly problems: Problem[];
  readonly notes: Note[];
}

/** Axes of the kernels of attention layers. */
const kernelRank = 3;
/** Layers inside layers, such as the cells of stacked cells; no Keras nests them as deep as this. */
const deepest = 16;

/**
 * Reports the constraints of a layer that cannot be imported, and of every layer, cell and stack of cells inside it: a
 * note for each, with the weights that it holds for, and a problem for one that cannot be read. `path` is that of its
 * options.
 */
export function noteForeignConstraints(
  className: string,
  config: JsonObject,
  path: string,
  context: ForeignContext,
  depth = 0,
): void {
  for (const [key, value] of Object.entries(config)) {
    const at = extendJsonPath(path, key);
    if (key.endsWith("_constraint")) noteConstraint(className, key, value, at, context);
    else if (depth < deepest) visitInner(value, at, context, depth + 1);
  }
}

function visitInner(value: JsonValue, path: string, context: ForeignContext, depth: number): void {
  if (isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (isObject(item)) visitInner(item, extendJsonPath(path, index), context, depth);
    }
  } else if (isObject(value)) {
    const { class_name: name, config } = value;
    if (typeof name !== "string" || !isObject(config)) return;
    noteForeignConstraints(name, config, extendJsonPath(path, "config"), context, depth);
  }
}

function noteConstraint(
  className: string,
  option: string,
  raw: JsonValue,
  path: string,
  { generation, writer, customConstraints = {}, problems, notes }: ForeignContext,
): void {
  try {
    const found: Note[] = [];
    const onNote = (note: Note): void => void found.push(note);
    const constraint = parseConstraint(raw, {
      ...writer,
      generation,
      path,
      customConstraints,
      isWrittenAsFloat,
      onNote,
    });
    notes.push(...found);
    if (constraint === null) return;
    const weights = weightsOfOption(className, option);
    const held = weights.length === 0 ? "" : `, which holds for ${weights.join(", ")}`;
    const message = `found ${formatKerasCall(constraint, generation)}${held}, of a layer that is not supported`;
    notes.push({ code: "constraint-of-unsupported-layer", path, message });
    const twoShapes = hasAxis(constraint) ? findTwoShapes(className, option, { rank: kernelRank, config: {} }) : null;
    if (twoShapes !== null) notes.push({ code: "two-shapes", path, message: formatTwoShapes(twoShapes) });
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    problems.push(...error.problems);
  }
}
