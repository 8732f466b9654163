import { KerasProofError } from "../src/errors.js";
import { createDigest, type Digest } from "./digest.js";
import type { OnStep, Outcome } from "./target.js";

/** One reading of an input in the making. */
export interface Reading {
  readonly digest: Digest;
  /** Notes something that no reader may do. */
  readonly broken: string[];
  /** Does a step; what it refuses is noted and leaves undefined. What no reader may throw is thrown on. */
  readonly attempt: <Result>(step: string, action: () => Promise<Result> | Result) => Promise<Result | undefined>;
  /** Notes a refusal that was handed out. */
  readonly refuse: (error: unknown) => void;
  readonly outcome: () => Outcome;
}

export function startReading(onStep: OnStep): Reading {
  const digest = createDigest();
  const errors: KerasProofError[] = [];
  const broken: string[] = [];
  const refuse = (error: unknown): void => {
    if (!(error instanceof KerasProofError)) throw error;
    errors.push(error);
    // Not what it says: of several broken chunks that are read at once any may be met first.
    digest.addText(error.path);
  };
  return {
    digest,
    broken,
    refuse,
    attempt: async (step, action) => {
      try {
        return await action();
      } catch (error) {
        refuse(error);
        return undefined;
      } finally {
        onStep(step);
      }
    },
    outcome: () => ({ digest: digest.value(), errors, broken }),
  };
}
