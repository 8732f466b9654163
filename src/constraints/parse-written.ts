import { nearestWord } from "../nearest-word.js";
import { KerasProofError, type Note } from "../errors.js";
import { type ConstraintClass, findClass } from "./classes.js";
import { layerWeights } from "./weights/layer-weights.js";
import { nearestSpelling } from "./nearest-spelling.js";
import { formatWrittenLimit } from "./odd-limits.js";
import { parseConstraint } from "./parse.js";
import { type PythonCall, type PythonExpression, parsePythonExpression } from "./python-expression.js";
import { evaluateEntries, evaluateExpression, type FloatListener } from "./python-value.js";
import { type Constraint, type Generation, hasAxis } from "./spec.js";
import { brokenLimits } from "./written-limits.js";

/** A constraint that a person wrote. */
export interface WrittenConstraint {
  readonly constraint: Constraint;
  /** The layer's argument, where it stands before the constraint: `kernel_constraint=max_norm(3)`; else null. */
  readonly argument: string | null;
  /** The newest Keras that takes it so; an argument or option with a name of Keras 1 makes it that. */
  readonly generation: Generation;
  readonly notes: readonly Note[];
}

/**
 * Reads a constraint as one writes it in Python, `max_norm(3)`, `keras.constraints.MinMaxNorm(0.5, 2, axis=[0, 1])`,
 * `"NonNeg"`, or in the JSON of a model file, with or without the layer's argument before it. Names and options of every
 * generation are taken; nothing is run. Throws `usage` at `path`, with the nearest right name where one is near.
 */
export function parseConstraintText(text: string, path: string): WrittenConstraint {
  const [, argument = null, rest = text] = /^\s*([A-Za-z]\w*_constraint)\s*=([^]*)$/.exec(text) ?? [];
  if (rest.trim() === "") throw usage(path, "found nothing, wanted a constraint such as max_norm(3, axis=0)");
  const expression = parsePythonExpression(rest, path, text.length - rest.length);
  const floats = new Map<object, Set<string | number>>();
  const onFloat: FloatListener = (holder, key) => {
    const known = floats.get(holder);
    if (known === undefined) floats.set(holder, new Set([key]));
    else known.add(key);
  };
  const old = argument !== null && /^[Wb]_/.test(argument);
  const { raw, generation } = readExpression(expression, old, path, onFloat);
  const notes: Note[] = [];
  // Only in an object does a path lead to a part that a person sees.
  const placeOf = (place: string): string => (expression.kind === "object" ? place : path);
  const onNote = (note: Note): void => void notes.push({ ...note, path: placeOf(note.path) });
  const isWrittenAsFloat = (holder: object, key: string | number): boolean => floats.get(holder)?.has(key) === true;
  const constraint = asUsage(placeOf, () => parseConstraint(raw, { generation, path, isWrittenAsFloat, onNote }));
  if (constraint === null) throw usage(path, `found ${rest.trim()}, which constrains nothing, wanted a constraint`);
  refuseLimits(constraint, notes);
  return { constraint, argument, generation, notes };
}

/** A limit that is no number, which a file may well have, is a mistake of the person that writes it. */
function refuseLimits(constraint: Constraint, notes: readonly Note[]): void {
  const [broken] = hasAxis(constraint) ? brokenLimits(constraint) : [];
  const note = notes.find(({ code }) => code === "broken-limit");
  if (broken === undefined || note === undefined) return;
  throw usage(note.path, `found ${formatWrittenLimit(broken[1].value)}, wanted a number`);
}

/** What `parseConstraint` reads, and whose it is. */
interface RawConstraint {
  readonly raw: unknown;
  readonly generation: Generation;
}

function readExpression(
  expression: PythonExpression,
  old: boolean,
  path: string,
  onFloat: FloatListener,
): RawConstraint {
  if (expression.kind === "call") return readCall(expression, old, path, onFloat);
  if (expression.kind === "name") return readCall({ ...expression, kind: "call", ...noArguments }, old, path, onFloat);
  if (expression.kind === "object") {
    const raw = evaluateExpression(expression, path, onFloat);
    const { entries } = expression;
    if (old || (entries.has("name") && !entries.has("class_name"))) return { raw, generation: "keras1" };
    return { raw, generation: entries.has("module") || entries.has("registered_name") ? "keras3" : "keras2" };
  }
  const raw = evaluateExpression(expression, path, onFloat);
  if (typeof raw !== "string") return { raw, generation: old ? "keras1" : "keras3" };
  return { raw, generation: newestOf(classOf(raw, path), raw, old) };
}

const noArguments = { positional: [], keywords: new Map<string, PythonExpression>() } as const;

function readCall(
  { name, positional, keywords }: PythonCall,
  old: boolean,
  path: string,
  onFloat: FloatListener,
): RawConstraint {
  const spelling = name.split(".").at(-1)!;
  const found = classOf(spelling, path);
  const names = found.options.map(({ later }) => later);
  const oldNames = found.options.map(({ keras1 }) => keras1);
  if (positional.length > names.length) {
    const wanted = names.length === 0 ? "none" : `at most ${names.length}: ${names.join(", ")}`;
    throw usage(path, `found ${positional.length} arguments of ${spelling}, wanted ${wanted}`);
  }
  const first = old || [...keywords.keys()].some((key) => oldNames.includes(key) && !names.includes(key));
  const taken = first ? oldNames : names;
  const given = new Map<string, PythonExpression>();
  // The name of Keras 1, which its flat form holds beside the options.
  if (first) given.set("name", { kind: "value", value: spelling });
  for (const [place, one] of positional.entries()) given.set(taken[place]!, one);
  for (const [key, one] of keywords) {
    if (!taken.includes(key)) throw unknownArgument(spelling, key, taken, path);
    if (given.has(key)) throw usage(path, `found the argument ${key} of ${spelling} twice, wanted it once`);
    given.set(key, one);
  }
  const options = evaluateEntries(given, path, onFloat);
  const generation = newestOf(found, spelling, first);
  return {
    raw: first ? options : { class_name: spelling, config: options },
    generation,
  };
}

/** The newest Keras that knows a spelling. */
function newestOf({ spellings }: ConstraintClass, spelling: string, old: boolean): Generation {
  return old ? "keras1" : (spellings.get(spelling)?.at(-1) ?? "keras3");
}

function classOf(spelling: string, path: string): ConstraintClass {
  const found = findClass(spelling);
  if (found !== undefined) return found;
  if (layerWeights.has(spelling)) {
    throw usage(path, `found the layer ${spelling}, wanted its constraint alone, such as max_norm(3, axis=0)`);
  }
  const nearest = nearestSpelling(spelling);
  const wanted = nearest === undefined ? "max_norm, non_neg, unit_norm, min_max_norm or radial_constraint" : nearest;
  throw usage(
    path,
    `found ${JSON.stringify(spelling)}, which is no constraint of Keras, wanted ${didYouMean(wanted, nearest)}`,
  );
}

function unknownArgument(spelling: string, key: string, taken: readonly string[], path: string): KerasProofError {
  const nearest = nearestWord(key, taken);
  const wanted = nearest ?? (taken.length === 0 ? "none" : `one of ${taken.join(", ")}`);
  return usage(
    path,
    `found the argument ${key}, which ${spelling} does not have, wanted ${didYouMean(wanted, nearest)}`,
  );
}

function didYouMean(wanted: string, nearest: string | undefined): string {
  return nearest === undefined ? wanted : `${wanted} (did you mean that?)`;
}

/** What is wrong with an argument of the command line is wrong usage, whatever it would be in a file. */
function asUsage<T>(placeOf: (place: string) => string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KerasProofError)) throw error;
    const { path, message } = error.problems[0] ?? error;
    throw new KerasProofError("usage", placeOf(path), message, { cause: error });
  }
}

function usage(path: string, message: string): KerasProofError {
  return new KerasProofError("usage", path, message);
}
