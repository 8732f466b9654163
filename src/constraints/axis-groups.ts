import { type OpenShape, sizeOfAxes } from "./weights/weight-shape.js";

/** The groups along some axes of a weight, in words. */
export interface AxisGroups {
  /** The axes that are summed over, in the stored weight, ascending. */
  readonly axes: readonly number[];
  /** Their words. */
  readonly over: readonly string[];
  /** The words of the axes that remain: one norm for each of their combinations. */
  readonly each: readonly string[];
  /** Null where that depends on an extent that is not known. */
  readonly count: number | null;
  /** How many numbers each group has; null as `count`. */
  readonly size: number | null;
}

/** A group of a weight: where it is, and its norm. */
export interface GroupPlace {
  /** Its place in the list of groups: in C order of the axes that remain. */
  readonly group: number;
  /** Its index in the weight, null along the axes that are summed over. */
  readonly index: readonly (number | null)[];
  /** The same in words, `column 0, in 0, out 5`; empty where the whole weight is one group. */
  readonly words: string;
  readonly norm: number;
}

/** Groups of one kind: how many there are, and the first ten of them in the order of the list. */
export interface GroupList {
  readonly count: number;
  readonly first: readonly GroupPlace[];
}

/** The groups of a weight of `shape` whose axes have `words`, one for each axis; `axes` are resolved and ascending. */
export function groupsAlong(axes: readonly number[], shape: OpenShape, words: readonly string[]): AxisGroups {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return {
    axes,
    over: axes.map((axis) => words[axis]!),
    each: kept.map((axis) => words[axis]!),
    count: sizeOfAxes(kept.map((axis) => shape[axis] ?? null)),
    size: sizeOfAxes(axes.map((axis) => shape[axis] ?? null)),
  };
}

/** The index in the weight of a group, by its place in the list of groups; null along the axes that are summed over. */
export function indexOfGroup(
  group: number,
  shape: readonly number[],
  axes: readonly number[],
): readonly (number | null)[] {
  let rest = group;
  const index: (number | null)[] = shape.map(() => null);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (axes.includes(axis)) continue;
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** The axes of a weight, for telling places. */
export interface NamedAxes {
  readonly shape: readonly number[];
  /** A word for each axis. */
  readonly axisWords: readonly string[];
  /** Of recurrent layers with gates: their names in the order in which they share the last axis. */
  readonly gates?: readonly string[] | undefined;
}

/** An index in words, `column 0, in 0, out 5` or `forget gate of unit 2`, the axes without a place left out. */
export function placeInWords(index: readonly (number | null)[], { shape, axisWords, gates = [] }: NamedAxes): string {
  const last = shape.length - 1;
  const units = shape[last]! / gates.length;
  const words = index.map((place, axis) => {
    if (place === null) return null;
    if (axis !== last || gates.length === 0 || !Number.isInteger(units)) {
      return wordAndNumber(singular(axisWords[axis]!), place);
    }
    return `${gates[Math.floor(place / units)]} of unit ${place % units}`;
  });
  return words.filter((word) => word !== null).join(", ");
}

/** Every word of the table of weights that ends in s is a plural. */
function singular(word: string): string {
  return word.replace(/(?<=\w\w)s$/, "");
}

/** `rows 3`, and `axis 0: 3` where the word ends in a number itself; `in ?` for a number that is not known. */
export function wordAndNumber(word: string, number: number | null): string {
  return `${word}${/\d$/.test(word) ? ":" : ""} ${number ?? "?"}`;
}

/** `rows, columns and in`. */
export function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
