import { boolean, constant, constantFrom, integer, oneof, option, record, type Arbitrary } from "fast-check";
import { hasAxis, type Constraint, type Generation } from "../constraints/index.js";
import { constraints } from "./arbitraries.js";

/** A constraint as a file has it, with the Keras that writes it so, and what it means. */
export interface SerializedConstraint {
  /** For `JSON.stringify`, but for infinite limits, which Python writes as `Infinity`. */
  readonly raw: unknown;
  readonly generation: Generation;
  /** Which of Keras's forms it is. */
  readonly form: "name" | "flat" | "class" | "registered" | "nothing";
  /** Null where there is none. */
  readonly constraint: Constraint | null;
}

/** The class of each kind, its names, and its options, by the names of Keras 1 and of later ones. */
const classes = {
  maxNorm: {
    className: "MaxNorm",
    names: { keras1: ["maxnorm"], keras2: ["maxnorm", "max_norm"], keras3: ["max_norm"] },
  },
  nonNeg: { className: "NonNeg", names: { keras1: ["nonneg"], keras2: ["nonneg", "non_neg"], keras3: ["non_neg"] } },
  unitNorm: {
    className: "UnitNorm",
    names: { keras1: ["unitnorm"], keras2: ["unitnorm", "unit_norm"], keras3: ["unit_norm"] },
  },
  minMaxNorm: { className: "MinMaxNorm", names: { keras1: [], keras2: ["min_max_norm"], keras3: ["min_max_norm"] } },
  radialConstraint: { className: "RadialConstraint", names: { keras1: [], keras2: ["radial_constraint"], keras3: [] } },
} as const;

/** What a bare name means: Keras's defaults. */
const defaults: Readonly<Record<keyof typeof classes, Constraint>> = {
  maxNorm: { kind: "maxNorm", maxValue: 2, axis: 0 },
  nonNeg: { kind: "nonNeg" },
  unitNorm: { kind: "unitNorm", axis: 0 },
  minMaxNorm: { kind: "minMaxNorm", minValue: 0, maxValue: 1, rate: 1, axis: 0 },
  radialConstraint: { kind: "radialConstraint" },
};

/**
 * Constraints in every form in which Keras 1.2 to 3.15 write and take them: a name, the flat object of Keras 1, class
 * and options of Keras 2, the registered form of Keras 3 with its module, limits as NumPy scalars, and null. Each is one
 * that its own generation accepts. Limits are not crossed.
 */
export function serializedConstraints(): Arbitrary<SerializedConstraint> {
  const drawn = integer({ min: 1, max: 5 })
    .chain((rank) => oneof({ weight: 9, arbitrary: constraints(rank) }, { weight: 1, arbitrary: radial }))
    .map(asReadFromFiles);
  const form = constantFrom("name" as const, "flat" as const, "class" as const, "registered" as const);
  const written = record({
    constraint: drawn,
    form,
    scalar: constantFrom("plain" as const, "plain" as const, "__tensor__" as const, "__numpy__" as const),
    pick: integer({ min: 0, max: 9 }),
    extra: option(integer({ min: 1, max: 9 }), { nil: undefined }),
    tf: boolean(),
  }).map(({ constraint, form, scalar, pick, extra, tf }): SerializedConstraint => {
    const isRadial = constraint.kind === "radialConstraint";
    if (form === "flat" && !isRadial) {
      return { raw: flatForm(constraint), generation: "keras1", form, constraint };
    }
    if (form === "name") return nameForm(constraint.kind as keyof typeof classes, pick);
    const generation: Generation = isRadial || form !== "registered" ? "keras2" : "keras3";
    const shape = isRadial || form !== "registered" ? "class" : form;
    const raw = classForm(constraint, shape === "registered" ? scalar : "plain");
    const shared = extra === undefined ? {} : { shared_object_id: extra };
    if (shape === "class") return { raw: { ...raw, ...shared }, generation, form: shape, constraint };
    const module = tf ? "keras.constraints" : "keras.src.constraints.constraints";
    return { raw: { module, ...raw, registered_name: null, ...shared }, generation, form: shape, constraint };
  });
  const nothing = constantFrom<Generation>("keras1", "keras2", "keras3").map((generation): SerializedConstraint => ({
    raw: null,
    generation,
    form: "nothing",
    constraint: null,
  }));
  return oneof({ weight: 20, arbitrary: written }, { weight: 1, arbitrary: nothing });
}

const radial = constant<Constraint>({ kind: "radialConstraint" });

/** Without what no file says: the formula of NonNeg, and which of two crossed limits counts, of which there are none. */
function asReadFromFiles(constraint: Constraint): Constraint {
  if (constraint.kind === "nonNeg") return { kind: "nonNeg" };
  if (constraint.kind !== "maxNorm" && constraint.kind !== "minMaxNorm") return constraint;
  const { crossed: _, ...rest } = constraint;
  const low = rest.kind === "minMaxNorm" ? rest.minValue : 0;
  return { ...rest, maxValue: rest.maxValue === null ? null : Math.max(rest.maxValue, low) };
}

function nameForm(kind: keyof typeof classes, pick: number): SerializedConstraint {
  const { className, names } = classes[kind];
  const generations: readonly Generation[] = kind === "radialConstraint" ? ["keras2"] : ["keras1", "keras2", "keras3"];
  const generation = generations[pick % generations.length]!;
  const spellings = [className, ...names[generation]];
  const raw = spellings[Math.floor(pick / 3) % spellings.length];
  return { raw, generation, form: "name", constraint: defaults[kind] };
}

/** `{"name": "MaxNorm", "m": 2, "axis": 0}` of Keras 1. */
function flatForm(constraint: Constraint): Record<string, unknown> {
  const name = classes[constraint.kind as keyof typeof classes].className;
  if (!hasAxis(constraint)) return { name };
  const { axis } = constraint;
  if (constraint.kind === "unitNorm") return { name, axis };
  if (constraint.kind === "maxNorm") return { name, m: constraint.maxValue, axis };
  return { name, low: constraint.minValue, high: constraint.maxValue, rate: constraint.rate, axis };
}

/** `{"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}` of Keras 2. */
function classForm(constraint: Constraint, scalar: "plain" | "__tensor__" | "__numpy__"): Record<string, unknown> {
  const className = classes[constraint.kind as keyof typeof classes].className;
  const wrap = (value: number | null): unknown =>
    scalar === "plain" || value === null ? value : { class_name: scalar, config: { value, dtype: "float64" } };
  return { class_name: className, config: optionsOf(constraint, wrap) };
}

function optionsOf(constraint: Constraint, wrap: (value: number | null) => unknown): Record<string, unknown> {
  if (!hasAxis(constraint)) return {};
  const { axis } = constraint;
  if (constraint.kind === "unitNorm") return { axis };
  if (constraint.kind === "maxNorm") return { max_value: wrap(constraint.maxValue), axis };
  return { min_value: constraint.minValue, max_value: wrap(constraint.maxValue), rate: constraint.rate, axis };
}
