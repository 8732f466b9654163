import type { LayerSpec } from "../import/spec.js";

/** Layers inside layers that are searched; none of Keras's has more. */
const deepest = 4;

/**
 * The options of a layer, or of the layer of class `layerClass` inside it, by Keras's names.
 */
export function kerasOptions(layer: LayerSpec, layerClass: string): Readonly<Record<string, unknown>> {
  const options = layer.className === layerClass ? layer.options : (findInner(layer.options, layerClass, 0) ?? {});
  return Object.fromEntries(Object.entries(options).map(([key, value]: [string, unknown]) => [snakeCase(key), value]));
}

function findInner(options: object, layerClass: string, depth: number): object | undefined {
  for (const value of Object.values(options).flat() as unknown[]) {
    if (typeof value !== "object" || value === null || !("className" in value) || !("options" in value)) continue;
    const { className, options: inner } = value;
    if (typeof inner !== "object" || inner === null) continue;
    const found = className === layerClass ? inner : depth < deepest && findInner(inner, layerClass, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** `data_format` for `dataFormat`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
