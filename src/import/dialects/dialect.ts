import type { Generation } from "../../constraints/spec.js";
import type { Note, Problem } from "../../errors.js";
import type { JsonObject } from "../../formats/python-json.js";
import type { MappedAxes, RawGraph } from "../raw-graph.js";
import type { Shape } from "../rule.js";

/** A layer's class and options, as a dialect writes or reads them. */
export interface LayerConfig {
  readonly className: string;
  readonly config: JsonObject;
  /** As in `RawLayer`. */
  readonly mappedAxes?: ReadonlyMap<string, MappedAxes>;
}

/** What one generation's way of writing a layer needs; graphs are read alike for all. */
export interface Dialect {
  readonly generation: Generation;
  /** The class name that rules are found by, from an entry that names it in Keras's way. */
  readonly classOf: (layer: JsonObject, path: string) => string;
  /** Renames a layer's options to those of Keras 3. Throws where a name or value has no counterpart. */
  readonly translate: (layer: LayerConfig, path: string) => LayerConfig;
}

/** What the reader of a nested model is told by the graph around it. */
export interface ModelPlace {
  readonly path: string;
  readonly name: string | null;
  /** The shape of the first tensor that it is called on, where the file says it. */
  readonly calledOn: Shape | null;
}

/** What is collected while a configuration is read. */
export interface DialectContext {
  readonly dialect: Dialect;
  readonly problems: Problem[];
  readonly notes: Note[];
  /** A name for a nested model that the file gives none, as Keras counts them: `sequential_2`. */
  readonly nextName: (prefix: string) => string;
  /** Reads a nested model. */
  readonly readModel: (entry: JsonObject, place: ModelPlace, context: DialectContext) => RawGraph;
}
