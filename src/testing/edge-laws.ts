import { hasAxis } from "../constraints/index.js";
import { checkFiniteGroups, placeName, tamed, type ConstraintLaw } from "./constraint-law.js";
import { normOf, plainDefinition, reachOf } from "./plain-definition.js";
import { applied, isMeasurable, roundingOf, smallestOf, unitOf, type Apply, type WeightCase } from "./weight-case.js";

/** Laws about finite numbers that could come out as NaN. */
export const zeroLaws: readonly ConstraintLaw[] = [
  {
    name: "a group of zeros stays as it is",
    says: "A group of zeros comes out as the same zeros, signs included, under a lower limit too.",
    check: (apply, weightCase) => {
      const { constraint } = weightCase;
      if (!hasAxis(constraint) || (constraint.kind !== "unitNorm" && constraint.crossed === "upper")) return null;
      const ordinary = tamed(weightCase);
      const groups = reachOf(weightCase);
      const members = groups[groups.length >> 1] ?? [];
      const data = ordinary.data.slice();
      for (const [i, place] of members.entries()) data[place] = i % 2 === 0 ? 0 : -0;
      const result = applied(apply, { ...ordinary, data });
      const wrong = members.find((place) => !Object.is(result[place], data[place]));
      return wrong === undefined
        ? null
        : `${placeName(wrong, weightCase)} in a group of zeros became ${signed(result[wrong]!)}, wanted ${signed(data[wrong]!)}`;
    },
  },
  {
    name: "finite groups stay finite",
    says: "A group with a finite norm comes out finite.",
    check: (apply, weightCase) =>
      checkFiniteGroups(apply, weightCase, ({ members }, result) => {
        const wrong = members.find((place) => !Number.isFinite(result[place]!));
        return wrong === undefined ? null : `${weightCase.data[wrong]} became ${result[wrong]}`;
      }),
  },
];

/** Laws about NaN, infinities, and negative numbers. */
export const edgeLaws: readonly ConstraintLaw[] = [
  {
    name: "groups do not touch one another",
    says: "With one group replaced by NaN, every number outside that group comes out the same, bit for bit.",
    check: (apply, weightCase) => {
      if (weightCase.constraint.kind === "custom") return null;
      const groups = reachOf(weightCase);
      const chosen = groups.length >> 1;
      if (groups.length < 2) return null;
      const poisoned = weightCase.data.slice();
      for (const place of groups[chosen]!) poisoned[place] = Number.NaN;
      const clean = applied(apply, weightCase);
      const result = applied(apply, { ...weightCase, data: poisoned });
      for (const [group, members] of groups.entries()) {
        const changed = group === chosen ? undefined : members.find((place) => !Object.is(clean[place], result[place]));
        if (changed !== undefined)
          return `group ${chosen} changed ${clean[changed]} of group ${group} to ${result[changed]}`;
      }
      return null;
    },
  },
  {
    name: "a NaN makes its whole group NaN",
    says: "With one NaN among ordinary numbers, every number of its group comes out as NaN: no norm can be said of it.",
    check: (apply, weightCase) => checkPlanted(apply, weightCase, () => Number.NaN),
  },
  {
    name: "an infinity becomes NaN, and the numbers beside it zeros",
    says: "With one infinity among ordinary numbers, its group comes out as the formula says: NaN for it and zeros for the rest, or NaN for all under MinMaxNorm and without a limit.",
    check: (apply, weightCase) => checkPlanted(apply, weightCase, (w) => (w < 0 ? -Infinity : Infinity)),
  },
  {
    name: "NonNeg makes zeros of negative numbers and keeps the others",
    says: "NonNeg gives a zero for each negative finite number and leaves positive numbers and NaN as they are.",
    check: (apply, weightCase) => {
      if (weightCase.constraint.kind !== "nonNeg") return null;
      const result = applied(apply, weightCase);
      for (const [place, w] of weightCase.data.entries()) {
        if (w === -Infinity) continue;
        const wanted = w < 0 ? 0 : w;
        if (result[place] !== wanted && !(Number.isNaN(w) && Number.isNaN(result[place])))
          return `${w} became ${result[place]}`;
      }
      return null;
    },
  },
  {
    name: "NonNeg treats -0 and -Infinity as the Keras that is meant",
    says: "maximum(w, 0) of Keras 3.15 gives 0 for both; w * (w >= 0) of every Keras before gives -0 for -0 and negative numbers, and NaN for -Infinity.",
    check: (apply, weightCase) => {
      if (weightCase.constraint.kind !== "nonNeg" || weightCase.arithmetic === "float32") return null;
      const special = [-0, -Infinity, -1, 0];
      const data = weightCase.data.map((_, i) => special[i % special.length]!);
      const planted = { ...weightCase, data };
      const result = applied(apply, planted);
      const wanted = plainDefinition(planted);
      const wrong = data.findIndex((_, place) => !Object.is(result[place], wanted[place]));
      return wrong < 0
        ? null
        : `${signed(data[wrong]!)} became ${signed(result[wrong]!)}, wanted ${signed(wanted[wrong]!)}`;
    },
  },
];

/** The law about directions. */
export const directionLaw: ConstraintLaw = {
  name: "all numbers of a group are multiplied by one factor",
  says: "A norm constraint multiplies all numbers of a group by one factor, which is not negative, within 4u.",
  check: (apply, weightCase) => {
    const { constraint, data } = weightCase;
    if (!hasAxis(constraint)) return null;
    const turned = constraint.kind !== "unitNorm" && constraint.crossed === "upper" && (constraint.maxValue ?? 0) < 0;
    return checkFiniteGroups(apply, weightCase, ({ members, before }, result) => {
      if (before === 0) return null;
      const pivot = members.reduce((best, place) => (Math.abs(data[place]!) > Math.abs(data[best]!) ? place : best));
      const factor = result[pivot]! / data[pivot]!;
      if (!(factor >= 0) && !turned) return `${data[pivot]} became ${result[pivot]}`;
      const unit = Math.max(roundingOf(data), unitOf(weightCase, members.length));
      for (const place of members) {
        const wanted = data[place]! * factor;
        const bound = 4 * unit * Math.abs(wanted) + 2 * smallestOf(data);
        if (weightCase.arithmetic === "float32" && !isMeasurable(weightCase, Math.abs(wanted))) continue;
        if (!(Math.abs(result[place]! - wanted) <= bound)) {
          return `${data[place]} became ${result[place]} while ${data[pivot]} became ${result[pivot]}`;
        }
      }
      return null;
    });
  },
};

/** Plants one number in the middle of ordinary ones, and compares which numbers of its group are NaN, and which zero. */
function checkPlanted(apply: Apply, weightCase: WeightCase, plant: (w: number) => number): string | null {
  if (!hasAxis(weightCase.constraint) || weightCase.data.length === 0) return null;
  const ordinary = tamed(weightCase);
  const data = ordinary.data.slice();
  const middle = data.length >> 1;
  data[middle] = plant(data[middle]!);
  const planted = { ...ordinary, data };
  const members = reachOf(planted).find((one) => one.includes(middle)) ?? [];
  const wanted = plainDefinition(planted);
  const result = applied(apply, planted);
  const wrong = members.find((place) => kindOf(result[place]!) !== kindOf(wanted[place]!));
  if (wrong === undefined) return null;
  const [name, where] = [placeName(wrong, planted), placeName(middle, planted)];
  return `${name} = ${data[wrong]} became ${result[wrong]}, wanted ${wanted[wrong]}: ${where} is ${data[middle]}, and norm ${normOf(data, members)}`;
}

function kindOf(value: number): "NaN" | "zero" | "other" {
  if (Number.isNaN(value)) return "NaN";
  return value === 0 ? "zero" : "other";
}

/** A number with the sign of zero. */
function signed(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
