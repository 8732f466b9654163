import type { InputShapes } from "../../constraints/weights/weight-facts.js";
import type { OpenShape } from "../../constraints/weights/weight-shape.js";
import type { JsonObject, JsonValue } from "../../formats/python-json.js";
import { isArray, isObject } from "../dialects/config-json.js";

const none: InputShapes = new Map();

/** The shapes of inputs that Keras built a layer with (`build_config`, keras/src/layers/layer.py, `get_build_config`). */
export function readBuiltShapes(entry: JsonObject): InputShapes {
  const built = isObject(entry["build_config"]) ? entry["build_config"] : null;
  const named = built !== null && isObject(built["shapes_dict"]) ? built["shapes_dict"] : null;
  const shapes = new Map<string, OpenShape>();
  for (const [name, value] of Object.entries(named ?? {})) addShape(shapes, name, value);
  addShape(shapes, "input_shape", built?.["input_shape"]);
  return shapes.size === 0 ? none : shapes;
}

/** The shape of the input that a layer or a Sequential was declared with. */
export function readDeclaredShapes(config: JsonObject): InputShapes {
  const shapes = new Map<string, OpenShape>();
  for (const option of ["build_input_shape", "batch_shape", "batch_input_shape"]) {
    addShape(shapes, "input_shape", config[option]);
  }
  return shapes.size === 0 ? none : shapes;
}

function addShape(shapes: Map<string, OpenShape>, name: string, value: JsonValue | undefined): void {
  const shape = value === undefined ? null : shapeIn(value);
  if (shape !== null) shapes.set(name, shape);
}

/** A shape, or the first of a list of them. */
function shapeIn(value: JsonValue): OpenShape | null {
  if (!isArray(value)) return null;
  const [first] = value;
  if (first !== undefined && isArray(first)) return shapeIn(first);
  return value.every((extent) => extent === null || isExtent(extent)) ? (value as (number | null)[]) : null;
}

function isExtent(value: JsonValue): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
