import type * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { memberHooks } from "./member-hooks.js";

const hookModel = memberHooks<tfl.LayersModel, () => void>((model, followers) => {
  const compile = model.compile.bind(model);
  const optimizer = memberOf(model, "optimizer");
  const tell = (): void => {
    for (const follower of followers) follower();
  };
  return {
    compile: {
      value(args: tfl.ModelCompileArgs): void {
        // One that fails may have set the optimizer all the same.
        try {
          compile(args);
        } finally {
          tell();
        }
      },
      writable: true,
    },
    optimizer: {
      get: () => optimizer?.get?.call(model) as unknown,
      set(value: tf.Optimizer) {
        optimizer?.set?.call(model, value);
        tell();
      },
    },
  };
});

/**
 * Calls `use` with the optimizer of a model, where it has one, and again with each that it gets later by `compile` or
 * `model.optimizer = …`; what `use` returned is called before each next time. The function returned ends it, calls that
 * too, and leaves the model as it was.
 */
export function followOptimizer(model: tfl.LayersModel, use: (optimizer: tf.Optimizer) => () => void): () => void {
  let present: tf.Optimizer | undefined;
  let release: (() => void) | undefined;
  const follow = (): void => {
    const optimizer = model.optimizer as tf.Optimizer | undefined;
    if (optimizer === present) return;
    release?.();
    present = optimizer;
    release = optimizer === undefined ? undefined : use(optimizer);
  };
  const stop = hookModel(model, follow);
  follow();
  return () => {
    stop();
    release?.();
    release = undefined;
  };
}

/** A member of an object or of the classes above it. */
function memberOf(object: object, key: string): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const member = Object.getOwnPropertyDescriptor(at, key);
    if (member !== undefined) return member;
  }
  return undefined;
}
