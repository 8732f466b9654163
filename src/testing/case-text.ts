import { formatKerasCall } from "../constraints/keras-call.js";
import type { WeightCase } from "./weight-case.js";

/** A case in two lines: what is applied to what and how Keras is set up, and the numbers, nested as the axes are. */
export function formatCase({ constraint, data, shape, generation, epsilon }: WeightCase): readonly [string, string] {
  const call = formatKerasCall(constraint, generation);
  const width = data.BYTES_PER_ELEMENT === 4 ? "float32" : "float64";
  const crossed =
    (constraint.kind === "maxNorm" || constraint.kind === "minMaxNorm") && constraint.crossed !== undefined
      ? `, crossed limits: the ${constraint.crossed} one counts`
      : "";
  const formula =
    constraint.kind === "nonNeg" && constraint.formula !== undefined ? `, by the ${constraint.formula}` : "";
  const setup = `Keras ${generation.slice(-1)}, epsilon ${epsilon}${crossed}${formula}`;
  return [`${call} on a ${width} weight of shape (${shape.join(", ")}), ${setup}`, formatNested(data, shape)];
}

/** Numbers in brackets for each axis, with the sign of zeros; at most 64 of them. */
export function formatNested(data: ArrayLike<number>, shape: readonly number[]): string {
  if (data.length === 0) return "no numbers";
  const shown = Math.min(data.length, 64);
  let text = "";
  for (let place = 0; place < shown; place++) {
    const opening = bracketsAt(place, shape);
    text += place === 0 ? "[".repeat(shape.length) : `${"]".repeat(opening)}, ${"[".repeat(opening)}`;
    text += Object.is(data[place], -0) ? "-0" : String(data[place]);
  }
  return shown < data.length ? `${text}, … (${data.length} numbers)` : text + "]".repeat(shape.length);
}

/** How many axes begin anew at a place. */
function bracketsAt(place: number, shape: readonly number[]): number {
  let count = 0;
  let step = 1;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    step *= shape[axis]!;
    if (place % step !== 0) break;
    count++;
  }
  return count;
}
