import type { Dialect } from "./dialect.js";
import { classNameOf } from "./class-names.js";

/** Keras 3, whose class and option names are the canonical ones. */
export function keras3Dialect(custom: ReadonlySet<string>): Dialect {
  return {
    generation: "keras3",
    classOf: (layer, path) => classNameOf(layer, path, custom),
    translate: (layer) => layer,
  };
}
