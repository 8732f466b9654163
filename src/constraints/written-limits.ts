import type { Generation, LimitName, MaxNorm, MinMaxNorm, NormConstraint, WrittenLimit } from "./spec.js";
import type { OpenShape } from "./weights/weight-shape.js";

const limitNames: readonly LimitName[] = ["minValue", "maxValue", "rate"];

/** The limits of a constraint that are no numbers, with what the file has there. */
export function brokenLimits(constraint: NormConstraint): readonly (readonly [LimitName, WrittenLimit])[] {
  if (constraint.kind === "unitNorm" || constraint.writtenLimits === undefined) return [];
  return limitNames.flatMap((name) => {
    const written = writtenLimitOf(constraint, name);
    return written === null ? [] : [[name, written] as const];
  });
}

/** What the file has where a limit is no number; null where it is one. */
export function writtenLimitOf(constraint: MaxNorm | MinMaxNorm, name: LimitName): WrittenLimit | null {
  const value = name in constraint ? (constraint as Partial<MinMaxNorm>)[name] : 0;
  return Number.isNaN(value) ? (constraint.writtenLimits?.[name] ?? null) : null;
}

/** The option's name in that Keras: `max_value`, or `m` or `high` in Keras 1. */
export function limitNameIn(generation: Generation, { kind }: NormConstraint, name: LimitName): string {
  if (name === "rate") return name;
  if (generation !== "keras1") return name === "minValue" ? "min_value" : "max_value";
  if (name === "minValue") return "low";
  return kind === "maxNorm" ? "m" : "high";
}

/**
 * True where a list of limits spreads over norms of the shape `norms` without changing it: its extents, counted from the
 * last one, are theirs or 1; one of theirs that is not known may be any. (`tf.clip_by_value` refuses another shape of the result.)
 */
export function fitsGroups(value: unknown, norms: OpenShape): boolean {
  const extents = extentsOf(value, norms.length);
  if (extents === null) return false;
  const offset = norms.length - extents.length;
  return extents.every((extent, place) => [1, norms[offset + place] ?? extent].includes(extent));
}

/** The shape of lists in lists, at most `most` deep; null where it is deeper, or where they differ in length. */
function extentsOf(value: unknown, most: number): readonly number[] | null {
  if (!Array.isArray(value)) return [];
  if (most === 0) return null;
  const inner = value.map((one) => extentsOf(one, most - 1));
  const [first = []] = inner;
  if (inner.some((one) => String(one) !== String(first))) return null;
  return first === null ? null : [value.length, ...first];
}
