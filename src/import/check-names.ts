import { KerasProofError } from "../errors.js";

/** A layer, or a model with layers inside it. */
interface Named {
  readonly name: string;
  /** Its place in the file. */
  readonly path: string;
}

/**
 * Characters of a layer's name with those of the models around it, each followed by `/`. Every layer is told by all of
 * them, so that long names of a few models would take any amount of memory; Keras's own are a few dozen.
 */
const longest = 1000;

/** Throws `limit` where a layer's name is longer than 1000 characters, with those of the models around it. */
export function checkNames<Layer extends Named>(
  layers: readonly Layer[],
  inside: (layer: Layer) => readonly Layer[],
  above = 0,
): void {
  for (const layer of layers) {
    const length = above + layer.name.length;
    if (length > longest) {
      const message = `found a name of more than ${longest} characters with those of the models around it, wanted fewer`;
      throw new KerasProofError("limit", layer.path, message);
    }
    checkNames(inside(layer), inside, length + 1);
  }
}
