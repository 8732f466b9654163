import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { isArray, isObject } from "./config-json.js";

/** The image ordering that a Keras 1 model was made with, as its layers say it. */
export interface Keras1Ordering {
  readonly dataFormat: "channels_first" | "channels_last";
  /** The names of the layers that have an ordering and do not say it. */
  readonly silent: readonly string[];
  /** True where all layers that do say it agree. */
  readonly agreed: boolean;
}

/** Layers whose `get_config` leaves `dim_ordering` out (K1:keras/layers/convolutional.py, core.py). */
const silentClasses: ReadonlySet<string> = new Set(
  "UpSampling2D UpSampling3D ZeroPadding2D ZeroPadding3D Cropping2D Cropping3D SpatialDropout2D SpatialDropout3D".split(
    " ",
  ),
);

/** True for a layer of Keras 1 whose file leaves its ordering out. */
export function hidesOrdering(className: string, config: JsonObject): boolean {
  return silentClasses.has(className) && !("dim_ordering" in config) && !("data_format" in config);
}

/** Looks at each value of a configuration once. Where no layer says an ordering, it is `channels_last`, not agreed. */
export function readOrdering(model: JsonObject): Keras1Ordering {
  const said = new Set<JsonValue>();
  const silent: string[] = [];
  const pending: JsonValue[] = [model];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isArray(value)) for (const item of value) pending.push(item);
    if (!isObject(value)) continue;
    const { class_name: className, config, dim_ordering: ordering } = value;
    if (ordering === "th" || ordering === "tf") said.add(ordering);
    if (typeof className === "string" && isObject(config) && hidesOrdering(className, config)) {
      silent.push(typeof config["name"] === "string" ? config["name"] : className);
    }
    for (const item of Object.values(value)) if (typeof item === "object") pending.push(item);
  }
  const first = said.size === 1 && said.has("th");
  return {
    dataFormat: first ? "channels_first" : "channels_last",
    silent: silent.toReversed(),
    agreed: said.size === 1,
  };
}
