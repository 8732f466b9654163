import { isMeasurable, type Apply, type WeightCase } from "./weight-case.js";
import { applied } from "./weight-case.js";
import { coordinates, normOf, reachOf } from "./plain-definition.js";

/** A property that every implementation of Keras's constraints has, for every constraint and weight. */
export interface ConstraintLaw {
  /** What holds, in a few words, so that the name of a broken law says what is wrong. */
  readonly name: string;
  /** The law in a sentence, with its bound. */
  readonly says: string;
  /** Null where the law holds, or says nothing about the case; otherwise what was found. */
  readonly check: (apply: Apply, weightCase: WeightCase) => string | null;
}

/** A group before and after, with its norms in float64. */
export interface GroupChange {
  readonly group: number;
  readonly members: readonly number[];
  readonly before: number;
  readonly after: number;
}

/**
 * The first complaint about a group whose norm can be measured before, in the constraint's own groups. (A norm that is
 * not finite comes of an infinity, a NaN, or squares that overflow float64.)
 */
export function checkFiniteGroups(
  apply: Apply,
  weightCase: WeightCase,
  complain: (change: GroupChange, result: WeightCase["data"]) => string | null,
): string | null {
  const { data } = weightCase;
  const result = applied(apply, weightCase);
  for (const [group, members] of reachOf(weightCase).entries()) {
    const before = normOf(data, members);
    if (!isMeasurable(weightCase, before)) continue;
    const complaint = complain({ group, members, before, after: normOf(result, members) }, result);
    if (complaint !== null) return `group ${group}: ${complaint}`;
  }
  return null;
}

/** A place of the weight as Python indexes it: `w[1, 0]`. */
export function placeName(place: number, { shape }: Pick<WeightCase, "shape">): string {
  return `w[${coordinates(place, shape).join(", ")}]`;
}

/**
 * The case with numbers that no arithmetic trips over: those beyond [1e-3, 1e3], zeros, infinities and NaN become 1, 2
 * or 3, and all are multiplied by `scale`.
 */
export function tamed(weightCase: WeightCase, scale = 1): WeightCase {
  const data = weightCase.data.map((w, i) => (Math.abs(w) >= 1e-3 && Math.abs(w) <= 1e3 ? w : (i % 3) + 1) * scale);
  return { ...weightCase, data };
}

/** The power of two that brings the largest norm of a tamed case near `target`; null where there is no norm above 0. */
export function scaleToNorm(weightCase: WeightCase, target: number): number | null {
  const { data } = tamed(weightCase);
  const largest = Math.max(0, ...reachOf(weightCase).map((members) => normOf(data, members)));
  const scale = 2 ** Math.round(Math.log2(target / largest));
  return scale > 2 ** -90 && scale < 2 ** 90 ? scale : null;
}
