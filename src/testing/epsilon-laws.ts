import { hasAxis } from "../constraints/index.js";
import { checkFiniteGroups, placeName, scaleToNorm, tamed, type ConstraintLaw } from "./constraint-law.js";
import { checkNorms, lowerLimit, strictUpperLimit } from "./norm-laws.js";
import { desiredNorm, plainDefinition } from "./plain-definition.js";
import { applied, roundingOf, smallestOf, unitOf, type Apply, type WeightCase } from "./weight-case.js";

/** Laws about epsilon, on weights whose norms are near it. */
export const nearEpsilonLaws: readonly ConstraintLaw[] = [
  {
    name: "epsilon is added to the norm, and not under the root",
    says: "A group whose norm n is near epsilon comes out with the desired norm times n / (n + epsilon), within a thousandth.",
    check: (apply, weightCase) => (weightCase.epsilon === 1e-7 ? checkNearEpsilon(apply, weightCase) : null),
  },
  {
    name: "epsilon is the one that Keras was set to",
    says: "The same under another epsilon than 1e-7.",
    check: (apply, weightCase) => (weightCase.epsilon === 1e-7 ? null : checkNearEpsilon(apply, weightCase)),
  },
];

/** The law about epsilon above the limit. */
export const aboveLimitLaw: ConstraintLaw = {
  name: "epsilon acts above the limit, too",
  says: "A group whose norm n is just above the limit comes out with limit * n / (n + epsilon), within 4u: there is no other formula for it.",
  check: (apply, weightCase) => {
    const limit = strictUpperLimit(weightCase.constraint);
    if (limit === null || !(limit > 0 && limit < 1e9)) return null;
    const scale = scaleToNorm(weightCase, 2 * limit);
    if (scale === null) return null;
    const above = tamed(weightCase, scale);
    const share = weightCase.epsilon / (2 * limit);
    // Where epsilon is lost in the rounding, nothing can be said.
    return share < 20 * unitOf(above, above.data.length) ? null : checkNorms(apply, above, { unchanged: "allowed" });
  },
};

/** The law about what a second application would have made. */
export const onceLaw: ConstraintLaw = {
  name: "applied once, not twice",
  says: "Where one application and two differ by more than a thousandth, the result is not that of two.",
  check: (apply, weightCase) => {
    const { constraint } = weightCase;
    // Under a lower limit, two applications come near to one without epsilon.
    const lifts = constraint.kind === "unitNorm" || lowerLimit(constraint) > 0;
    const moves = constraint.kind === "minMaxNorm" && constraint.rate !== 1;
    if (!hasAxis(constraint) || (lifts && !moves)) return null;
    const scale = moves ? 1 : scaleToNorm(weightCase, 2 * weightCase.epsilon);
    if (scale === null) return null;
    const ordinary = tamed(weightCase, scale);
    const once = plainDefinition(ordinary);
    const twice = plainDefinition({ ...ordinary, data: once });
    const result = applied(apply, ordinary);
    const tiny = smallestOf(ordinary.data);
    const place = once.findIndex((w, i) => Math.abs(w - twice[i]!) > 0.01 * Math.abs(w) + 4 * tiny);
    const isTwice = result.every((w, i) => Math.abs(w - twice[i]!) <= 1e-3 * Math.abs(twice[i]!) + tiny);
    if (place < 0 || !isTwice) return null;
    return `${placeName(place, ordinary)} = ${ordinary.data[place]} became ${result[place]}, which is what a second application makes of ${once[place]}`;
  },
};

/** The law about what a second application changes. */
export const idempotenceLaw: ConstraintLaw = {
  name: "a second application changes nothing, but for epsilon",
  says: "A second application, with rate 1, changes no number by more than epsilon * (1 + low / (n + epsilon)) / (epsilon + r) + 4u of itself, where n and r are the norms before and after the first; under NonNeg by nothing; under a constraint of one's own by a ten thousandth of the largest number.",
  check: checkIdempotence,
};

function checkNearEpsilon(apply: Apply, weightCase: WeightCase): string | null {
  const { constraint, epsilon } = weightCase;
  if (!hasAxis(constraint)) return null;
  for (const factor of [1, 40]) {
    const scale = scaleToNorm(weightCase, factor * epsilon);
    if (scale === null) continue;
    const complaint = checkFiniteGroups(apply, tamed(weightCase, scale), ({ before, after }) => {
      const wanted = (Math.abs(desiredNorm(weightCase, before) ?? 0) * before) / (before + epsilon);
      if (before < 1e-15 || !(wanted > 1e-30)) return null;
      const limit = strictUpperLimit(constraint) ?? Infinity;
      // Other laws say more precisely what is wrong above a limit, and where nothing is done below it.
      if (constraint.kind !== "unitNorm" && before > limit) return null;
      if (desiredNorm(weightCase, before) === before && Math.abs(after - before) <= 1e-3 * before) return null;
      return Math.abs(after - wanted) <= 1e-3 * wanted
        ? null
        : `norm ${after} after and ${before} before, wanted ${wanted} with epsilon ${epsilon}`;
    });
    if (complaint !== null) return `with weights times ${scale}, ${complaint}`;
  }
  return null;
}

function checkIdempotence(apply: Apply, weightCase: WeightCase): string | null {
  const { constraint, data, epsilon } = weightCase;
  if (constraint.kind === "radialConstraint" || (constraint.kind === "minMaxNorm" && constraint.rate !== 1))
    return null;
  const once = applied(apply, weightCase);
  const twice = applied(apply, { ...weightCase, data: once });
  if (constraint.kind === "custom") {
    const largest = Math.max(0, ...Array.from(once, Math.abs).filter(Number.isFinite));
    const place = once.findIndex((w, i) => Math.abs(twice[i]! - w) > 1e-4 * largest);
    if (place < 0 || !data.every(Number.isFinite)) return null;
    return `${placeName(place, weightCase)} = ${data[place]} became ${once[place]}, and ${twice[place]} the second time`;
  }
  // A negative upper limit that wins turns the weights round, each time.
  if ((desiredNorm(weightCase, 0) ?? 0) < 0) return null;
  const low = hasAxis(constraint) ? Math.max(0, desiredNorm(weightCase, 0) ?? 0) : 0;
  return checkFiniteGroups(apply, weightCase, ({ members, before, after }) => {
    if (before < 1e-100 || (weightCase.arithmetic === "float32" && after !== 0 && after < 2 ** -50)) return null;
    const shift = (epsilon * (1 + low / (before + epsilon))) / (epsilon + after);
    const relative =
      constraint.kind === "nonNeg"
        ? 0
        : shift * (1 + 1e-6) +
          4 * Math.max(roundingOf(data), unitOf(weightCase, members.length)) +
          3 * members.length * 2 ** -53;
    for (const place of members) {
      const difference = Math.abs(twice[place]! - once[place]!);
      if (!(difference <= relative * Math.abs(once[place]!) + smallestOf(data))) {
        return `${once[place]} became ${twice[place]} the second time`;
      }
    }
    return null;
  });
}
