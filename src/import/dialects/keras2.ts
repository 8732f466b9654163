import type { Dialect } from "./dialect.js";
import { classNameOf } from "./class-names.js";
import { translateKeras1 } from "./keras1-options.js";

/**
 * Keras 2 and tf.keras 2: Keras 3's option names, but for the few that rules read under both. Multi-backend Keras 2
 * takes Keras 1's names too, and so do hand-written files; the kernels are those of Keras 2 all the same.
 */
export function keras2Dialect(custom: ReadonlySet<string>): Dialect {
  return {
    generation: "keras2",
    classOf: (layer, path) => classNameOf(layer, path, custom),
    translate: translateKeras1,
  };
}
