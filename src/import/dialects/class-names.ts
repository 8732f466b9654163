import { extendJsonPath } from "../../formats/json-path.js";
import type { JsonObject } from "../../formats/python-json.js";
import { wantText } from "./config-json.js";

const kerasModule = /^(?:keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras|tensorflow_keras)(?:\.|$)/;
const operationModule = /^(?:keras\.src|keras)\.(?:ops(?:\..*)?|backend\..*)$/;

/**
 * The name that a layer's rule is found by. In forms without `module` it is the class name. Keras 3's operations carry
 * names of layers (`Add`) and get their module before them, `keras.src.ops.numpy.Add`. A class of a module that is not
 * Keras's goes by its registered name, `Package>Name`, or by the bare name where only that has a custom rule, and never
 * by a name of ours.
 */
export function classNameOf(layer: JsonObject, path: string, custom: ReadonlySet<string>): string {
  const className = wantText(layer["class_name"], extendJsonPath(path, "class_name"), "the name of a class");
  const module = layer["module"];
  if (typeof module !== "string") return className;
  if (operationModule.test(module)) return `${module}.${className}`;
  if (kerasModule.test(module)) return className;
  const registered = layer["registered_name"];
  const name = typeof registered === "string" ? registered : `${module}.${className}`;
  return !custom.has(name) && custom.has(className) ? className : name;
}
