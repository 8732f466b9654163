import type { OptionKind } from "../check-options.js";

/** `Axis` as an option; whether the weight has it is seen when it is applied. */
export const axisOption: OptionKind = {
  wanted: "an axis, a list of axes or null",
  accepts: (value) => value === null || typeof value === "number" || isListOfNumbers(value),
};

function isListOfNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((axis) => typeof axis === "number");
}
