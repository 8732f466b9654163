import type { JsonObject } from "../../formats/python-json.js";
import { isArray, isObject } from "./config-json.js";

const functionalNames: ReadonlySet<string> = new Set(["Functional", "Model", "Container", "Network"]);

/** The kind of model that an entry of a configuration is, `null` for a plain layer. */
export function modelKind(entry: JsonObject): "sequential" | "functional" | null {
  const { class_name: className, config } = entry;
  if (className === "Sequential") return isArray(config) || isObject(config) ? "sequential" : null;
  if (typeof className !== "string" || !functionalNames.has(className)) return null;
  return isObject(config) && "layers" in config ? "functional" : null;
}
