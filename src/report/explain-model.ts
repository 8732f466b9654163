import { type ConstraintExplanation, explainConstraint } from "../constraints/index.js";
import {
  type ConstraintBinding,
  constraintBindings,
  type GraphSpec,
  type LayerSpec,
  type ModelSpec,
  walkLayers,
} from "../import/spec.js";
import type { ModelSurvey } from "../import/survey.js";
import type { StoredConstraint } from "../import/stored/stored-constraints.js";
import { countConstraints, type Explanation } from "./explanation.js";
import { kerasOptions } from "./keras-options.js";
import { summariseSurvey } from "./survey-summary.js";

/** What every constraint of a model does to its weight as it is now, in the order of the layers. */
export function explainModel(spec: ModelSpec): ConstraintExplanation[] {
  return explainBindings(spec.graph, constraintBindings(spec));
}

/** The constraints of a model that may not be importable, of layers that are not supported too. */
export function explainSurvey(name: string, survey: ModelSurvey): Explanation {
  const { graph, notes, problems, stored } = survey;
  const constraints =
    stored?.map((one) => explainBinding(one, one)) ??
    (graph === null ? [] : explainBindings(graph, survey.constraints));
  return {
    name,
    summary: summariseSurvey(survey),
    constraints,
    counts: countConstraints(constraints),
    notes,
    problems,
  };
}

function explainBindings(graph: GraphSpec, bindings: ModelSurvey["constraints"]): ConstraintExplanation[] {
  const layers = new Map<string, LayerSpec>();
  for (const { layer, path } of walkLayers(graph)) layers.set(path, layer);
  return bindings.map((binding) => {
    const layer = layers.get(binding.layer);
    const config = layer === undefined ? {} : kerasOptions(layer, binding.layerClass);
    const values = layer?.weights.find(({ name }) => name === binding.weight)?.values ?? null;
    return explainBinding(binding, { config, values });
  });
}

function explainBinding(
  binding: ConstraintBinding | StoredConstraint,
  { config, values }: Pick<StoredConstraint, "config" | "values">,
): ConstraintExplanation {
  const { written, dead = null, ...constraint } = binding.constraint;
  const data = values?.data;
  return explainConstraint({
    layerName: binding.layer,
    layerClass: binding.layerClass,
    weightName: binding.weight,
    shape: binding.shape,
    constraint,
    generation: binding.generation,
    config,
    dead: dead ?? (binding.trainable ? null : "the weight does not train (trainable=False), and so no step changes it"),
    ...(data instanceof Float32Array || data instanceof Float64Array ? { values: data } : {}),
    ...(written === undefined ? {} : { written }),
  });
}
