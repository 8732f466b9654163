import type * as tf from "@tensorflow/tfjs-core";
import { throwProblems, type Problem } from "../errors.js";
import { type ConstrainedVariable, constrainVariable, trainingFault } from "./constrained-variable.js";

type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/** A weight whose constraint holds, and what the step in work is to it. */
interface HeldWeight {
  readonly weight: ConstrainedVariable;
  /** True once its constraint is known to be one that can be applied. */
  sound: boolean;
  /** True where it has a gradient in the step. */
  due: boolean;
  /** Its memory before the step. */
  before: object | null;
}

/** The weights that the steps of an optimizer constrain. They are made once and marked in each step, without allocating. */
export interface HeldWeights {
  readonly all: readonly HeldWeight[];
  readonly byName: ReadonlyMap<string, HeldWeight>;
}

/** Of several constraints for one weight, the last counts. */
export function listHeld(weights: Iterable<ConstrainedVariable>): HeldWeights {
  const byName = new Map<string, HeldWeight>();
  for (const weight of weights) byName.set(weight.variable.name, { weight, sound: false, due: false, before: null });
  return { all: [...byName.values()], byName };
}

/**
 * Marks the weights that have a gradient in the step that begins. Throws for all that have a constraint which cannot be
 * applied (see `trainingFault`).
 */
export function beginStep({ all, byName }: HeldWeights, gradients: Gradients): void {
  for (let i = 0; i < all.length; i++) all[i]!.due = false;
  if (Array.isArray(gradients)) {
    for (let i = 0; i < gradients.length; i++) {
      const held = byName.get(gradients[i]!.name);
      if (held !== undefined && isGiven(gradients[i]!.tensor)) mark(held);
    }
  } else {
    for (let i = 0; i < all.length; i++) {
      const { name } = all[i]!.weight.variable;
      if (Object.hasOwn(gradients, name) && isGiven(gradients[name])) mark(all[i]!);
    }
  }
  let problems: Problem[] | null = null;
  for (let i = 0; i < all.length; i++) {
    const held = all[i]!;
    if (!held.due || held.sound) continue;
    const fault = trainingFault(held.weight);
    if (fault !== null) (problems ??= []).push(fault);
    // The functions of custom constraints may still come and go.
    else held.sound = held.weight.constraint.kind !== "custom";
  }
  if (problems !== null) throwProblems(problems);
}

/**
 * Constrains the weights that `beginStep` marked. `fresh` where the step gave each weight that it changed memory that
 * nobody else knows.
 */
export function endStep({ all }: HeldWeights, fresh: boolean): void {
  for (let i = 0; i < all.length; i++) {
    const { weight, due, before } = all[i]!;
    if (due) constrainVariable(weight, fresh && weight.variable.dataId !== before);
  }
}

/** The marked weights by themselves, for a step that ends when others may have begun. */
export function marked({ all }: HeldWeights): HeldWeights {
  return { all: all.filter(({ due }) => due).map((held) => ({ ...held })), byName: new Map() };
}

function mark(held: HeldWeight): void {
  const { variable } = held.weight;
  held.due = !variable.isDisposed;
  held.before = variable.dataId;
}

/**
 * A name without a gradient is one that tfjs lists for a weight that is frozen or not connected to the loss. Its types say
 * that every gradient is there; its `minimize` gives undefined and null too.
 */
function isGiven(tensor: tf.Tensor | null | undefined): boolean {
  return tensor !== null && tensor !== undefined;
}
