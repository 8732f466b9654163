import {
  anything,
  checkOptionsOnce,
  formatFound,
  numberOrNull,
  oneOf,
  type OptionKind,
  required,
  someNumber,
  someObject,
  someText,
} from "../check-options.js";
import { KerasProofError } from "../errors.js";
import { axisOption } from "./axis-option.js";
import type { Constraint } from "./spec.js";

/** What every constraint of an imported model may have beside its own options. */
const imported = { kind: anything, written: anything, dead: anything };
const normed = { ...imported, axis: required(axisOption), writtenAxis: someText };
const limited = { ...normed, writtenLimits: someObject, crossed: oneOf("lower", "upper") };

const fields: Readonly<Record<Constraint["kind"], Readonly<Record<string, OptionKind>>>> = {
  maxNorm: { ...limited, maxValue: required(numberOrNull) },
  minMaxNorm: {
    ...limited,
    minValue: required(someNumber),
    maxValue: required(numberOrNull),
    rate: required(someNumber),
  },
  unitNorm: normed,
  nonNeg: { ...imported, formula: oneOf("product", "maximum") },
  radialConstraint: imported,
  custom: { ...imported, name: required(someText), config: anything },
};

/**
 * Throws `usage` at `path` for what is no constraint, such as a name of Keras's or an instance of a class of tfjs, and for
 * one whose fields are of another kind. An object is looked at once.
 */
export function checkConstraint(path: string, found: unknown): void {
  const kind: unknown = (found as { readonly kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(fields, kind)) {
    const what = kind === undefined ? formatFound(found) : `the kind ${formatFound(kind)}`;
    throw new KerasProofError("usage", path, `found ${what}, wanted plain data such as maxNorm({ maxValue: 3 })`);
  }
  checkOptionsOnce(path, found as Record<string, unknown>, fields[kind as Constraint["kind"]]);
}
