import { appendAll } from "../append-all.js";
import { mapConstraintAxes, settleAxis } from "../constraints/axes.js";
import type { CustomConstraints } from "../constraints/custom-constraint.js";
import { parseConstraint } from "../constraints/parse.js";
import { hasAxis, type Constraint, type Generation } from "../constraints/spec.js";
import { isTfKerasBefore211 } from "../constraints/written-by.js";
import { constraintOption } from "../constraints/weights/weight-axes.js";
import { type ErrorCode, KerasProofError, type Note, type Problem } from "../errors.js";
import { isWrittenAsFloat } from "../formats/float-literals.js";
import { extendJsonPath } from "../formats/json-path.js";
import type { JsonObject, JsonValue } from "../formats/python-json.js";
import { nearestWordFinder } from "../nearest-word.js";
import { type ActivationSpec, parseActivation } from "./activation-spec.js";
import { describeJson } from "./describe-json.js";
import type { MappedAxes } from "./raw-graph.js";
import type { ImportedConstraint, InnerLayer } from "./rule.js";
import { unknownWriter, type Writer } from "./writer.js";

/** What a reader needs to know beyond the options themselves. */
export interface ReaderContext {
  readonly generation: Generation;
  /** Absent where nothing is known of it. */
  readonly writer?: Writer;
  readonly problems: Problem[];
  readonly notes: Note[];
  readonly mappedAxes: ReadonlyMap<string, MappedAxes>;
  /** Default none. */
  readonly customConstraints?: CustomConstraints;
  /** Gets every constraint that was read, and its place in the file. */
  readonly onConstraint?: (constraint: ImportedConstraint, path: string) => void;
  /** Reads the layer that an option of this layer holds; returns `null` where a problem was reported. */
  readonly readInner: (raw: JsonValue, path: string, key: string) => InnerLayer | null;
}

/**
 * Reads a layer's options one by one and remembers which were read, so that none is dropped unseen. A bad or
 * unsupported value is added to the problems and a harmless value returned in its place, so that one pass finds all.
 * An option that is absent has the given default; without a default its absence is a problem.
 */
export class ConfigReader {
  readonly path: string;
  readonly generation: Generation;
  readonly writer: Writer;
  readonly #config: JsonObject;
  readonly #context: ReaderContext;
  readonly #read = new Set<string>();

  constructor(config: JsonObject, path: string, context: ReaderContext) {
    this.#config = config;
    this.path = path;
    this.generation = context.generation;
    this.writer = context.writer ?? unknownWriter;
    this.#context = context;
  }

  /** True where the option is there, `null` included. */
  has(key: string): boolean {
    return key in this.#config;
  }

  /** The value as the file has it, `undefined` where it is absent. */
  raw(key: string): JsonValue | undefined {
    this.#read.add(key);
    return this.#config[key];
  }

  /** True or false; Python takes 1 and 0 for them, and some files have those. */
  boolean(key: string, fallback?: boolean): boolean {
    const value = this.#value(key, fallback);
    if (typeof value === "boolean") return value;
    if (value === 0 || value === 1) return value === 1;
    return this.#wrong(key, value, "true or false", fallback ?? false);
  }

  /** A finite number. */
  number(key: string, fallback?: number): number {
    const value = this.#value(key, fallback);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.#wrong(key, value, "a finite number", fallback ?? 0);
  }

  /** A finite number, or `null`. */
  optionalNumber(key: string): number | null {
    const value = this.raw(key) ?? null;
    return value === null ? null : this.number(key);
  }

  integer(key: string, { min = 0, fallback }: { min?: number; fallback?: number } = {}): number {
    const value = this.#value(key, fallback);
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
    return this.#wrong(key, value, `an integer of at least ${min}`, fallback ?? min);
  }

  /** `count` integers: a list of them, or one integer that stands for all. */
  integers(key: string, count: number, { min = 0, fallback }: { min?: number; fallback?: number } = {}): number[] {
    const value = this.#value(key, fallback);
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : Array.from({ length: count }, () => value);
    if (list.length === count && list.every((item) => Number.isSafeInteger(item) && (item as number) >= min)) {
      return list as number[];
    }
    const wanted = `one integer or ${count} of at least ${min}`;
    return this.#wrong(
      key,
      value,
      wanted,
      Array.from({ length: count }, () => Math.max(min, 1)),
    );
  }

  /** A list of integers of any length and sign; one integer counts as a list of one. */
  integerList(key: string, fallback?: readonly number[]): number[] {
    const value = this.#value(key, fallback);
    const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (list.every((item) => Number.isSafeInteger(item))) return list as number[];
    return this.#wrong(key, value, "a list of integers", [...(fallback ?? [])]);
  }

  /** One of the given strings. */
  oneOf<Choice extends string>(key: string, choices: readonly Choice[], fallback?: Choice): Choice {
    const value = this.#value(key, fallback);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const wanted = `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`;
    const code = typeof value === "string" ? "unsupported-option" : "bad-config";
    return this.problem(
      code,
      key,
      `found ${describeJson(value)}, wanted ${wanted}`,
      fallback ?? (choices[0] as Choice),
    );
  }

  /** `channels_first` or `channels_last`; `null` is the default of Keras, `channels_last`, with a note. */
  dataFormat(key = "data_format"): "channels_first" | "channels_last" {
    if (this.has(key) && this.raw(key) !== null) return this.oneOf(key, ["channels_first", "channels_last"]);
    this.raw(key);
    if (this.has(key)) this.note("assumed-data-format", "found null, which is the process default; took channels_last");
    return "channels_last";
  }

  /** An activation, resolved to the arithmetic of the generation. Absent or `null` is linear. */
  activation(key: string, fallback: string | null = null): ActivationSpec {
    const value = this.raw(key) ?? fallback;
    const context = {
      generation: this.generation,
      path: this.pathOf(key),
      backend: this.writer.backend,
      optionsOf: (config: JsonObject, path: string) => new ConfigReader(config, path, this.#context),
    };
    return this.#catching({ name: "linear" }, () => parseActivation(value, context));
  }

  /**
   * The constraint of a weight that the table of layers and weights has, by the option that it has there; `null` where
   * there is none.
   */
  weightConstraint(layerClass: string, weight: string): ImportedConstraint | null {
    const option = constraintOption(layerClass, weight);
    if (option === null) throw new TypeError(`the table has no constraint option for ${layerClass} ${weight}`);
    return this.constraintOf(layerClass, option);
  }

  /** The constraint of an option of a layer class, as the Keras that wrote it treats it; `null` where there is none. */
  constraintOf(layerClass: string, option: string): ImportedConstraint | null {
    const constraint = this.constraint(option, deadIn(layerClass, this.writer));
    if (
      constraint !== null &&
      layerClass === "Embedding" &&
      isTfKerasBefore211({ generation: this.generation, ...this.writer })
    ) {
      // TFK:optimizers/legacy/optimizer_v2.py: "Cannot use a constraint function on a sparse variable."
      this.note(
        "sparse-constraint",
        "tf.keras before 2.11 refuses to train it; it is enforced here, as by later ones",
        option,
      );
    }
    return constraint;
  }

  /**
   * A constraint, its axes mapped to the layout after import; `null` where there is none. `dead` says why the Keras that
   * wrote it never runs it; null where it does.
   */
  constraint(key: string, dead: string | null = null): ImportedConstraint | null {
    const raw = this.raw(key) ?? null;
    if (raw === null) return null;
    const path = this.pathOf(key);
    return this.#catching<ImportedConstraint | null>(null, () => {
      const { customConstraints = {}, mappedAxes, onConstraint } = this.#context;
      const writer = { generation: this.generation, ...this.writer };
      const onNote = (note: Note): void => void this.#context.notes.push(note);
      const written = parseConstraint(raw, { ...writer, path, customConstraints, isWrittenAsFloat, onNote });
      if (written === null) return null;
      const constraint = { ...this.#mapped(written, mappedAxes.get(key), path), ...(dead === null ? {} : { dead }) };
      if (dead !== null) onNote({ code: "dead-constraint", path, message: dead });
      onConstraint?.(constraint, path);
      return constraint;
    });
  }

  /** A constraint of a weight that is transposed on import. */
  #mapped(written: Constraint, mapped: MappedAxes | undefined, path: string): ImportedConstraint {
    if (mapped === undefined) return written;
    if (!hasAxis(written)) {
      if (written.kind === "custom") {
        const message = `the function gets the kernel as imported, and not as written (${mapped.layout})`;
        this.#context.notes.push({ code: "constraint-layout", path, message });
      }
      return written;
    }
    const settled = settleAxis(written.axis, mapped.axes.length, { generation: this.generation, ...this.writer });
    const constraint = mapConstraintAxes({ ...written, axis: settled }, mapped.axes);
    this.#context.notes.push({
      code: "constraint-axis-mapped",
      path,
      message: `axis ${JSON.stringify(written.axis)} of the kernel as written (${mapped.layout}) is axis ${JSON.stringify(constraint.axis)} of the kernel as imported`,
    });
    return { ...constraint, written: { axis: written.axis, storedAxisOf: mapped.axes } };
  }

  /** A layer inside this one; `null` where a problem was reported. */
  layer(key: string): InnerLayer | null {
    const value = this.raw(key);
    if (value === undefined) return this.#wrong(key, value, "a layer", null);
    return this.#context.readInner(value, this.pathOf(key), key);
  }

  /** Options that change nothing that is computed here, such as initializers. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#read.add(key);
  }

  /** An option that acts only in training: noted where it is set, refused when the model is compiled. */
  trainingOnly(...keys: readonly string[]): void {
    for (const key of keys) {
      const value = this.raw(key) ?? null;
      if (value === null) continue;
      this.note(
        "regularizer-not-applied",
        "the regularizer has no part in inference; training with it is refused",
        key,
      );
    }
  }

  /** An option of which only the given values are supported; absent counts as supported. */
  only(key: string, ...supported: readonly JsonValue[]): void {
    const value = this.raw(key);
    if (value === undefined || supported.some((one) => one === value)) return;
    const wanted = supported.map((one) => JSON.stringify(one)).join(" or ");
    this.problem("unsupported-option", key, `found ${describeJson(value)}, wanted ${wanted}`, undefined);
  }

  note(code: string, message: string, key?: string): void {
    this.#context.notes.push({ code, path: key === undefined ? this.path : this.pathOf(key), message });
  }

  /** Reports a problem and returns the value to go on with. */
  problem<T>(code: ErrorCode, key: string, message: string, goOnWith: T): T {
    this.#context.problems.push({ code, path: this.pathOf(key), message });
    return goOnWith;
  }

  pathOf(key: string): string {
    return extendJsonPath(this.path, key);
  }

  /** Reports every option that was not read. */
  finish(className: string): void {
    const unknown = Object.keys(this.#config).filter((key) => !this.#read.has(key));
    if (unknown.length === 0) return;
    const findNearest = nearestWordFinder([...this.#read].filter((known) => !this.has(known)));
    for (const key of unknown) {
      const value = describeJson(this.#config[key]);
      const nearest = findNearest(key);
      const hint = nearest === undefined ? "" : ` (perhaps ${nearest} is meant)`;
      // Joined it takes a third of the memory of a template, whose parts are kept; there may be tens of thousands.
      const message = ["found the option ", key, " = ", value, ", which ", className, " does not know", hint].join("");
      this.problem("unsupported-option", key, message, 0);
    }
  }

  #value(key: string, fallback: JsonValue | undefined): JsonValue | undefined {
    return this.raw(key) ?? fallback;
  }

  #wrong<T>(key: string, value: JsonValue | undefined, wanted: string, goOnWith: T): T {
    return this.problem("bad-config", key, `found ${describeJson(value)}, wanted ${wanted}`, goOnWith);
  }

  #catching<T>(goOnWith: T, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof KerasProofError)) throw error;
      appendAll(this.#context.problems, error.problems);
      return goOnWith;
    }
  }
}

/** Keras 3.0.0 has no line that gives the weights of a Dense their constraints (keras/layers/core/dense.py). */
function deadIn(layerClass: string, { kerasVersion }: Writer): string | null {
  if (layerClass !== "Dense" || kerasVersion !== "3.0.0") return null;
  return "Keras 3.0.0 never runs the constraints of a Dense, and so it is not enforced here";
}
