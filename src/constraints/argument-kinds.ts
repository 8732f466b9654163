import {
  oneOf,
  someFunction,
  someObject,
  textOrNull,
  wholeNumber,
  required,
  type OptionKind,
  type OptionKinds,
} from "../check-options.js";
import type { WrittenBy } from "./written-by.js";

export const someGeneration: OptionKind = oneOf("keras1", "keras2", "keras3");

/** Of a weight; whether it has as many numbers is seen where its data are. */
export const someShape: OptionKind = {
  wanted: "a list of whole numbers from 0 on, an extent for each axis",
  accepts: isShape,
};

function isShape(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  // A loop: this is asked at every step of training, and a function for `every` would be made each time.
  for (const extent of value as readonly unknown[]) {
    if (!Number.isSafeInteger(extent) || (extent as number) < 0) return false;
  }
  return true;
}

export const someOpenShape: OptionKind = {
  wanted: `${someShape.wanted}, or null for one that is not known`,
  accepts: (value) => Array.isArray(value) && value.every((one) => one === null || wholeNumber.accepts(one)),
};

/** Of a weight whose rank may be unknown, too. */
export const openShapeOrNull: OptionKind = {
  wanted: `${someOpenShape.wanted}; or null for all of them`,
  accepts: (value) => value === null || someOpenShape.accepts(value),
};

/** The name is asked of the object itself: the global `Float32Array` may have been replaced (the double run does). */
export const floatArray: OptionKind = {
  wanted: "a Float32Array or a Float64Array",
  accepts: (value) => {
    const kind: unknown = (value as { readonly [Symbol.toStringTag]?: unknown } | null | undefined)?.[
      Symbol.toStringTag
    ];
    return kind === "Float32Array" || kind === "Float64Array";
  },
};

/** Functions by the names of constraints. */
export const constraintFunctions: OptionKind = {
  wanted: "an object with functions (data, shape, config) => void by name",
  accepts: (value) => someObject.accepts(value) && Object.values(value as object).every(someFunction.accepts),
};

/** Which axis of the stored weight each axis of the file became, null for none. */
export const axisPlaces: OptionKind = {
  wanted: "a list of whole numbers from 0 on or null, one for each axis",
  accepts: (value) => Array.isArray(value) && value.every((one) => one === null || wholeNumber.accepts(one)),
};

export const writerKinds: OptionKinds<WrittenBy> = {
  generation: required(someGeneration),
  kerasVersion: textOrNull,
  backend: textOrNull,
};
