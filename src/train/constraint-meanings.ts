import type { Constraint, Generation } from "../constraints/spec.js";

/** What a constraint of a layer is in plain data, and the Keras that computes it. */
export interface ConstraintMeaning {
  readonly constraint: Constraint;
  readonly generation: Generation;
}

const meanings = new WeakMap<object, ConstraintMeaning>();

/** Keeps what an object that tfjs takes for a constraint means, as long as the object lives. */
export function keepMeaning(of: object, meaning: ConstraintMeaning): void {
  meanings.set(of, meaning);
}

/** What was kept of an object. Its options as tfjs saves them tell less: not which Keras, nor which crossed limit counts. */
export function meaningOf(of: object): ConstraintMeaning | undefined {
  return meanings.get(of);
}
