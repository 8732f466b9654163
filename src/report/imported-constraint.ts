import { formatKerasCall } from "../constraints/keras-call.js";
import { hasAxis, type Generation } from "../constraints/spec.js";
import type { ImportedConstraint } from "../import/rule.js";

/** The constraint in Python, with the axis as the file has it, whatever became of the weight's layout. */
export function formatImportedConstraint(imported: ImportedConstraint, generation: Generation): string {
  const { written, ...constraint } = imported;
  if (written === undefined || !hasAxis(constraint)) return formatKerasCall(constraint, generation);
  return formatKerasCall({ ...constraint, axis: written.axis }, generation);
}
