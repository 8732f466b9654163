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
import { countConstraints, type Explanation } from "./explanation.js";
import { kerasOptions } from "./keras-options.js";
import { summariseSurvey } from "./survey-summary.js";
import { noteUnreachedConstraints } from "./unreached-constraints.js";

/** What every constraint of a model does to its weight as it is now, in the order of the layers. */
export function explainModel(spec: ModelSpec): ConstraintExplanation[] {
  return explainBindings(spec.graph, constraintBindings(spec));
}

/** The constraints of a model that may not be importable: those that could be read are explained. */
export function explainSurvey(name: string, survey: ModelSurvey): Explanation {
  const { graph, generation, problems } = survey;
  const constraints = graph === null ? [] : explainBindings(graph, survey.constraints);
  return {
    name,
    summary: summariseSurvey(survey),
    constraints,
    counts: countConstraints(constraints),
    notes: [
      ...survey.notes,
      ...(graph === null || generation === null ? [] : noteUnreachedConstraints(graph, generation)),
    ],
    problems,
  };
}

function explainBindings(graph: GraphSpec, bindings: readonly ConstraintBinding[]): ConstraintExplanation[] {
  const layers = new Map<string, LayerSpec>();
  for (const { layer, path } of walkLayers(graph)) layers.set(path, layer);
  return bindings.map((binding) => explainBinding(binding, layers.get(binding.layer)));
}

function explainBinding(binding: ConstraintBinding, layer: LayerSpec | undefined): ConstraintExplanation {
  const { written, dead = null, ...constraint } = binding.constraint;
  const data = layer?.weights.find(({ name }) => name === binding.weight)?.values?.data;
  return explainConstraint({
    layerName: binding.layer,
    layerClass: binding.layerClass,
    weightName: binding.weight,
    shape: binding.shape,
    constraint,
    generation: binding.generation,
    config: layer === undefined ? {} : kerasOptions(layer, binding.layerClass),
    dead: dead ?? (binding.trainable ? null : "the weight does not train (trainable=False), and so no step changes it"),
    ...(data instanceof Float32Array || data instanceof Float64Array ? { values: data } : {}),
    ...(written === undefined ? {} : { written }),
  });
}
