import type { JsonObject } from "../../formats/python-json.js";
import { draftOf, isObject } from "./config-json.js";
import type { Dialect } from "./dialect.js";
import { classNameOf } from "./class-names.js";
import { hidesOrdering, type Keras1Ordering } from "./keras1-ordering.js";
import { keras1MappedAxes } from "./keras1-kernels.js";
import { translateKeras1 } from "./keras1-options.js";

/**
 * Keras 1: its own class and option names, and kernels that `th` ordering stores with the filters first. Layers that
 * hide their ordering get that of the others.
 */
export function keras1Dialect(custom: ReadonlySet<string>, ordering: Keras1Ordering["dataFormat"]): Dialect {
  return {
    generation: "keras1",
    classOf: (layer, path) => classNameOf(layer, path, custom),
    translate: (layer, path) => {
      const { className, config: written } = translateKeras1(layer, path);
      const hidden = hidesOrdering(className, written);
      const config = hidden ? draftOf({ ...written, data_format: ordering }) : written;
      const mappedAxes = keras1MappedAxes(className, config);
      return mappedAxes === undefined ? { className, config } : { className, config, mappedAxes };
    },
  };
}

/**
 * Files of the first Keras 1 releases have layers without `class_name`: the class stands in `name`, the name in
 * `custom_name` (K1:keras/models.py, `normalize_legacy_config`). Any other entry is returned as it is.
 */
export function normalizeEntry(entry: JsonObject): JsonObject {
  if ("class_name" in entry || typeof entry["name"] !== "string" || isObject(entry["config"])) return entry;
  const config = draftOf(entry);
  const { name } = entry;
  delete config["custom_name"];
  if (typeof entry["custom_name"] === "string") config["name"] = entry["custom_name"];
  else delete config["name"];
  return draftOf({ class_name: name, config });
}
