import { checkOptions, type OptionKinds, required, someFunction, someText } from "../check-options.js";
import { KerasProofError, type Note } from "../errors.js";
import { constraintFunctions, writerKinds } from "./argument-kinds.js";
import type { CustomConstraints } from "./custom-constraint.js";
import { findClass, readableNames } from "./classes.js";
import { freezeConstraint } from "./kernels/norm-settings.js";
import { nearestSpelling } from "./nearest-spelling.js";
import { describe, isObject, memberPath, openOptions } from "./options.js";
import type { FloatTest, OptionName, RawObject } from "./options.js";
import type { Constraint, CustomConstraint, Generation } from "./spec.js";
import { asWriterComputes, type WrittenBy } from "./written-by.js";

/** Where a serialised constraint comes from. */
export interface ParseConstraintOptions extends WrittenBy {
  /** Its place in the file, for errors and notes. */
  readonly path: string;
  /** The functions of custom constraints, of which reading uses the names. Default none. */
  readonly customConstraints?: CustomConstraints;
  /**
   * True where the whole number under a key of an object or a list was written as a float, `1.0`, which Python tells from
   * 1 and JavaScript does not. Default never.
   */
  readonly isWrittenAsFloat?: FloatTest;
  /** Receives what is worth knowing about a form that was read: one call a note. */
  readonly onNote?: (note: Note) => void;
}

const optionKinds: OptionKinds<ParseConstraintOptions> = {
  ...writerKinds,
  path: required(someText),
  customConstraints: constraintFunctions,
  isWrittenAsFloat: someFunction,
  onNote: someFunction,
};

interface Place {
  readonly writer: WrittenBy;
  readonly path: string;
  readonly onNote: (note: Note) => void;
  readonly custom: CustomConstraints;
  readonly isFloat: FloatTest;
}

/**
 * Reads a layer's constraint option as any Keras writes it: null, a name, the flat object of Keras 1
 * (`{name, m, axis}`), or `{class_name, config}` of Keras 2 and tf.keras, with `module` and `registered_name` as Keras
 * 3 has it. The result is null for none and for the identity `Constraint`. Limits may be NaN or infinite. The axis is
 * not compared with any weight: Keras does that in the first step of training only (see `resolveAxes`), so that one
 * which is broken gets a note and nothing else.
 *
 * What depends on the very Keras that wrote it is in the result: the formula of NonNeg, and which of two crossed limits
 * counts. A form that another generation writes or accepts is read as it was meant, with a note. A class or function of
 * the user's own is read where `customConstraints` has its registered name, `Package>Name`, or its bare name, which
 * comes before Keras's own. Throws `unsupported-constraint` for a name that neither has; `bad-constraint` for options of
 * the wrong name or type; `usage` for wrong options of this function.
 */
export function parseConstraint(raw: unknown, options: ParseConstraintOptions): Constraint | null {
  checkOptions("parseConstraint", options, optionKinds);
  const { path, onNote = () => {}, customConstraints = {}, isWrittenAsFloat = () => false, ...writer } = options;
  const place: Place = { writer, path, onNote, custom: customConstraints, isFloat: isWrittenAsFloat };
  if (raw === null || raw === undefined) return null;
  if (typeof raw === "string") return findCustom([raw], null, place) ?? buildConstraint(raw, {}, "later", path, place);
  if (!isObject(raw)) {
    const message = `found ${describe(raw)}, wanted null, a name or a serialised constraint`;
    throw new KerasProofError("bad-constraint", place.path, message);
  }
  return Object.hasOwn(raw, "class_name") ? parseClassForm(raw, place) : parseFlatForm(raw, place);
}

/** `{"name": "MaxNorm", "m": 2, "axis": 0}` of Keras 1. */
function parseFlatForm(raw: RawObject, place: Place): Constraint | null {
  if (!Object.hasOwn(raw, "name")) {
    throw new KerasProofError(
      "bad-constraint",
      place.path,
      `found neither "class_name" nor "name", wanted one of them`,
    );
  }
  const config = Object.fromEntries(Object.entries(raw).filter(([key]) => key !== "name"));
  const custom = findCustom([raw["name"]], config, place);
  if (custom !== null) return custom;
  if (place.writer.generation !== "keras1") {
    noteForm(place, `this is the form of Keras 1, which ${kerasOf(place)} refuses`);
  }
  const isFloat: FloatTest = (holder, key) => place.isFloat(holder === config ? raw : holder, key);
  return buildConstraint(raw["name"], config, "keras1", place.path, { ...place, isFloat });
}

/** Keys that Keras writes beside the class name and that change nothing. */
const inertKeys: ReadonlySet<string> = new Set([
  "class_name",
  "config",
  "module",
  "registered_name",
  "build_config",
  "compile_config",
  "shared_object_id",
  "__passive_serialization__",
]);

/** `{"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}` of Keras 2 and later. */
function parseClassForm(raw: RawObject, place: Place): Constraint | null {
  const name = raw["class_name"];
  const custom = findCustomClass(raw, place);
  if (custom !== null) return custom;
  refuseCustom(raw, place);
  const config = raw["config"] ?? {};
  const configPath = memberPath(place.path, "config");
  if (!isObject(config)) {
    throw new KerasProofError("bad-constraint", configPath, `found ${describe(config)}, wanted an object`);
  }
  for (const key of Object.keys(raw).filter((key) => !inertKeys.has(key))) {
    place.onNote({
      code: "ignored-key",
      path: memberPath(place.path, key),
      message: "Keras gives this key no meaning",
    });
  }
  const { generation } = place.writer;
  if (generation === "keras1") noteForm(place, "this is the form of Keras 2 and later, which Keras 1 refuses");
  else if (generation === "keras2" && !isObject(raw["config"])) {
    noteForm(place, "there are no options, which Keras 2 refuses; the defaults are taken, as Keras 3 does");
  }
  return buildConstraint(name, config, "later", configPath, place);
}

/** A class by its registered or bare name, or a function: `{"class_name": "function", "config": "name"}`. */
function findCustomClass(raw: RawObject, place: Place): CustomConstraint | null {
  const { class_name: name, config, registered_name: registered } = raw;
  if (name === "function") return findCustom([registered, config], null, place);
  return findCustom([registered, name], config ?? null, place);
}

/** The first of the names that has a function. */
function findCustom(names: readonly unknown[], config: unknown, { custom }: Place): CustomConstraint | null {
  const name = names.find((one) => typeof one === "string" && Object.hasOwn(custom, one));
  return typeof name === "string" ? { kind: "custom", name, config } : null;
}

/**
 * A class registered in a package, and a function, are the user's own. A built-in name from another module is not: every
 * Keras looks the name up first and takes its own class.
 */
function refuseCustom(raw: RawObject, place: Place): void {
  const { class_name: name, config, module, registered_name: registered } = raw;
  if (name === "function") {
    const message = `found the custom function ${describe(config)}, wanted ${readableNames}`;
    throw new KerasProofError("unsupported-constraint", place.path, message);
  }
  if (typeof registered === "string" && registered !== name) {
    const message = `found the custom class ${describe(registered)}, wanted ${readableNames}`;
    throw new KerasProofError("unsupported-constraint", place.path, message);
  }
  if (module === null) {
    place.onNote({
      code: "null-module",
      path: memberPath(place.path, "module"),
      message: "null, which Keras 3 refuses",
    });
  } else if (typeof module === "string" && !/^(tensorflow\.(python\.)?)?(tf_)?keras(\.|$)/.test(module)) {
    const message = `found ${describe(module)}; Keras ignores the module of a built-in name and takes its own class`;
    place.onNote({ code: "foreign-module", path: memberPath(place.path, "module"), message });
  }
}

function buildConstraint(
  name: unknown,
  config: RawObject,
  form: keyof OptionName,
  configPath: string,
  place: Place,
): Constraint | null {
  const found = typeof name === "string" ? findClass(name) : undefined;
  if (found === undefined) {
    const nearest = typeof name === "string" ? nearestSpelling(name) : undefined;
    const hint = nearest === undefined ? "" : ` (perhaps ${nearest} is meant)`;
    const message = `found ${describe(name)}, wanted ${readableNames}${hint}`;
    throw new KerasProofError("unsupported-constraint", place.path, message);
  }
  const generations = found.spellings.get(String(name)) ?? [];
  if (!generations.includes(place.writer.generation)) {
    noteForm(place, `${describe(name)} is a name of ${listKerases(generations)}, which ${kerasOf(place)} refuses`);
  }
  const options = openOptions(config, form, { ...place, path: configPath });
  const constraint = found.build(options);
  options.refuseRest(found.className);
  if (constraint === null) return null;
  return freezeConstraint(asWriterComputes(constraint, place.writer, { ...place, path: configPath }));
}

function noteForm(place: Place, message: string): void {
  place.onNote({ code: "foreign-constraint-form", path: place.path, message });
}

function kerasOf({ writer }: Place): string {
  return `Keras ${writer.generation.slice(-1)}`;
}

function listKerases(generations: readonly Generation[]): string {
  return `Keras ${generations.map((one) => one.slice(-1)).join(" and ")}`;
}
