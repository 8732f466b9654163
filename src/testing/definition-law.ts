import { hasAxis } from "../constraints/index.js";
import { placeName, type ConstraintLaw } from "./constraint-law.js";
import { cancellationOf, normOf, plainDefinition, reachOf } from "./plain-definition.js";
import { applied, isMeasurable, unitOf, type WeightCase } from "./weight-case.js";

/** The law that says everything; where another one is broken too, that one says it better. */
export const definitionLaw: ConstraintLaw = {
  name: "each number is the formula, rounded once",
  says: "Every number is that of the definition in float64, rounded to the width of the array; NaN, infinities and the signs of zeros included. How the squares are added is free, and so are groups whose squares leave float64.",
  check: (apply, weightCase) => {
    if (weightCase.constraint.kind === "custom") return null;
    const result = applied(apply, weightCase);
    const exact = plainDefinition(weightCase);
    for (const members of reachOf(weightCase)) {
      const slack = slackOf(weightCase, members);
      if (slack === null) continue;
      for (const place of members) {
        const wanted = exact[place]!;
        if (isRounded(result[place]!, wanted, slack, weightCase)) continue;
        const name = placeName(place, weightCase);
        return `${name} = ${weightCase.data[place]} became ${result[place]}, wanted ${rounded(wanted, weightCase)}`;
      }
    }
    return null;
  },
};

/** How far the unrounded number may be off, as part of it, for another order of additions; null where nothing is known. */
function slackOf(weightCase: WeightCase, members: readonly number[]): number | null {
  const { constraint, data, arithmetic } = weightCase;
  if (!hasAxis(constraint)) return 0;
  const norm = normOf(data, members);
  const finite = members.every((place) => Number.isFinite(data[place]!));
  if (arithmetic === "float32" && finite && !isMeasurable(weightCase, norm)) return null;
  // Squares that float64 has not are lost in one way of adding them and not in another, such as Math.hypot.
  if (finite && members.some((place) => data[place] !== 0) && !(norm > 1e-145 && norm < 1e150)) return null;
  const cancelled = cancellationOf(weightCase, norm);
  if (cancelled > 1e6) return null;
  return (
    (arithmetic === "float32" ? 3 * unitOf(weightCase, members.length) : (members.length + 8) * 2 ** -53) * cancelled
  );
}

function isRounded(found: number, wanted: number, slack: number, weightCase: WeightCase): boolean {
  const nearest = rounded(wanted, weightCase);
  if (Object.is(found, nearest)) return true;
  if (slack === 0 || !Number.isFinite(nearest) || nearest === 0) return false;
  const [below, above] = [wanted * (1 - slack), wanted * (1 + slack)]
    .map((value) => rounded(value, weightCase))
    .sort((a, b) => a - b);
  return found >= below! && found <= above!;
}

/** In the width of the array. The array is asked, since the double run replaces the global types. */
function rounded(value: number, { data }: WeightCase): number {
  const one = data.slice(0, 1);
  one[0] = value;
  return one[0];
}
