import { settleAxis } from "../constraints/axes.js";
import { findFault } from "../constraints/constraint-fault.js";
import { formatKerasCall } from "../constraints/keras-call.js";
import { hasAxis, type Generation } from "../constraints/spec.js";
import { formatOpenShape, type OpenShape } from "../constraints/weights/weight-shape.js";
import type { Note } from "../errors.js";
import type { ImportedConstraint } from "./rule.js";
import { unknownWriter, type Writer } from "./writer.js";

/** What settling a constraint needs and collects. */
interface SettleContext {
  readonly generation: Generation;
  readonly writer?: Writer;
  readonly notes: Note[];
}

/**
 * The constraint as the Keras that wrote it reads it for its weight, with a note where it makes training fail. `path` is
 * the place of the constraint in the file. Of a weight of unknown rank only what no weight could have is noted.
 */
export function settleConstraint(
  constraint: ImportedConstraint,
  { name, shape }: { readonly name: string; readonly shape: OpenShape | null },
  path: string,
  { generation, writer = unknownWriter, notes }: SettleContext,
): ImportedConstraint {
  const place = `the weight ${name} of shape ${formatOpenShape(shape)}`;
  const result =
    hasAxis(constraint) && shape !== null && constraint.written === undefined
      ? { ...constraint, axis: settleAxis(constraint.axis, shape.length, { generation, ...writer }) }
      : constraint;
  if (hasAxis(constraint) && hasAxis(result) && String(constraint.axis) !== String(result.axis)) {
    const message = `${formatKerasCall(constraint, generation)} on ${place} is what this Keras computes as ${formatKerasCall(result, generation)}; others refuse it`;
    notes.push({ code: "settled-axis", path, message });
  }
  const fault = findFault(result, shape, generation);
  if (fault !== null) {
    const effect = fault.kerasTrains
      ? "is not enforced, so that training is refused"
      : "makes the first step of training fail";
    const message = `${formatKerasCall(constraint, generation)} on ${place} ${effect}: ${fault.message}`;
    notes.push({ code: "broken-constraint", path, message });
  }
  return result;
}
