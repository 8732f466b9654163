import { KerasProofError, type Note } from "../errors.js";
import { readLimit, truthNote } from "./odd-limits.js";
import { formatPythonValue } from "./python-text.js";
import type { Axis, LimitName, WrittenLimit, WrittenLimits } from "./spec.js";
import type { WrittenBy } from "./written-by.js";

/** An object from a file; its keys are whatever the file says. */
export type RawObject = Readonly<Record<string, unknown>>;

/** An option's name in the flat objects of Keras 1, and in the `config` of every later Keras. */
export interface OptionName {
  readonly keras1: string;
  readonly later: string;
}

/**
 * Reads the options of one constraint. Each method returns the fallback for an option that is absent. What is no number
 * or no axis throws nothing, since Keras loads it too and fails in training only, if at all: it gets a note. Scalars that
 * Keras wrote as tensors or NumPy values are read as numbers.
 */
export interface OptionReader {
  /** A limit or rate; NaN (with a note) and infinities included, and NaN for what `writtenLimits` has. */
  number(option: "minValue" | "rate", name: OptionName, fallback: number): number;
  /** As `number`, or null for no limit; `low` is the lower limit. */
  upperLimit(name: OptionName, fallback: number, low: number): number | null;
  /** Those of the calls before that are no numbers to the Keras that wrote them (see `readLimit`). */
  writtenLimits(): { writtenLimits?: WrittenLimits };
  /**
   * The option `axis`, 0 where it is absent; not compared with any weight. What is no axis in any Keras gets a note, a
   * number with a fraction stays as it is, and anything else becomes NaN, which no weight has as an axis: 1.0, too, which
   * every Keras refuses, but for lists on Theano. What is no finite number comes with its text.
   */
  axis(): { axis: Axis; writtenAxis?: string };
  /** Throws for the first option that none of the calls before asked for. */
  refuseRest(className: string): void;
}

/** True where the whole number under a key of an object or a list was written as a float. */
export type FloatTest = (holder: object, key: string | number) => boolean;

/** The options of a constraint in the form of Keras 1 or of a later Keras; `path` is the place of the object itself. */
export function openOptions(
  config: RawObject,
  form: keyof OptionName,
  place: { writer: WrittenBy; path: string; onNote: (note: Note) => void; isFloat: FloatTest },
): OptionReader {
  const { writer, path, onNote, isFloat } = place;
  const asked: OptionName[] = [];

  const find = (name: OptionName): { value: unknown; at: string } | undefined => {
    asked.push(name);
    const key = name[form];
    if (!Object.hasOwn(config, key)) return undefined;
    return { value: unwrapScalar(config[key]), at: memberPath(path, key) };
  };
  const written: Partial<Record<LimitName, WrittenLimit>> = {};
  const limit = (option: LimitName, name: OptionName, fallback: number, low: number): number | null => {
    const found = find(name);
    if (found === undefined) return fallback;
    const { value, odd, note } = readLimit(found.value, option, writer, low);
    if (note !== undefined) onNote({ ...note, path: found.at });
    if (odd !== undefined) written[option] = odd;
    return value;
  };

  return {
    number: (option, name, fallback) => limit(option, name, fallback, 0) ?? Number.NaN,
    upperLimit: (name, fallback, low) => limit("maxValue", name, fallback, low),
    writtenLimits: () => (Object.keys(written).length === 0 ? {} : { writtenLimits: written }),
    axis() {
      const found = find({ keras1: "axis", later: "axis" });
      if (found === undefined) return { axis: 0 };
      const { value, at } = found;
      if (value === null) return { axis: null };
      const list: readonly unknown[] | null = Array.isArray(value) ? value.map(unwrapScalar) : null;
      const isFloatAt = (place?: number): boolean =>
        place === undefined ? isFloat(config, "axis") : isFloat(value as object, place);
      const numberOf = (one: unknown, place?: number): number => {
        if (typeof one === "boolean") {
          onNote({ ...truthNote(one), path: at });
          return Number(one);
        }
        if (typeof one !== "number") return Number.NaN;
        const taken = !isFloatAt(place) || (place !== undefined && writer.backend === "theano");
        return taken || !Number.isInteger(one) ? one : Number.NaN;
      };
      const axis = list === null ? numberOf(value) : list.map((one, place) => numberOf(one, place));
      const axes = [axis].flat();
      if (axes.every(Number.isInteger)) return { axis };
      const written = formatPythonValue(list ?? value, isFloatAt);
      const message = `found ${written}, wanted a whole number, a list of whole numbers or null: the first step of training fails`;
      onNote({ code: "broken-axis", path: at, message });
      return axes.every(Number.isFinite) ? { axis } : { axis, writtenAxis: written };
    },
    refuseRest(className) {
      const names = asked.map((name) => name[form]);
      const unknown = Object.keys(config).find((key) => !names.includes(key));
      if (unknown === undefined) return;
      const other = asked.find((name) => (form === "keras1" ? name.later : name.keras1) === unknown);
      const hint = other === undefined ? "" : ` (its name here is ${other[form]})`;
      throw new KerasProofError(
        "bad-constraint",
        memberPath(path, unknown),
        `found an option that ${className} does not have${hint}, wanted ${names.length === 0 ? "none" : names.join(", ")}`,
      );
    },
  };
}

/**
 * The value of a NumPy scalar or tensor that a Keras wrote as an object: `__tensor__` and `__numpy__` of Keras 3, and
 * `{"type": "ndarray", "value": …}` of Keras 2. Anything else is returned as it is.
 */
function unwrapScalar(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { class_name: tag, config, type, value: inner } = value;
  if ((tag === "__tensor__" || tag === "__numpy__") && isObject(config)) return config["value"];
  if (type === "ndarray") return inner;
  return value;
}

/** True for a JSON object, whatever its prototype. */
export function isObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The place of an object's member: `$.config.axis`, or `$.config["odd name"]`. */
export function memberPath(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** A value from a file in few words. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (value === undefined) return "nothing";
  if (Array.isArray(value))
    return value.length > 8 ? `a list of ${value.length}` : `[${value.map(describeItem).join(", ")}]`;
  return isObject(value) ? "an object" : `a ${typeof value}`;
}

/** As `describe`, without looking into lists, so that deep nesting costs nothing. */
function describeItem(value: unknown): string {
  return Array.isArray(value) ? "a list" : describe(value);
}
