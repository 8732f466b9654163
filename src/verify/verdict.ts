import type { Generation } from "../constraints/spec.js";
import type { ErrorCode, Note } from "../errors.js";
import type { ImportedConstraint } from "../import/rule.js";
import type { Place } from "./compare.js";
import type { Basis } from "./judge.js";

/** Where the float32 is computed: tfjs's plain JavaScript, its WebAssembly, or TensorFlow itself (`tfjs-node`). */
export type BackendName = "cpu" | "wasm" | "node";

/**
 * What came of a case. `inconclusive`: nothing differs, but so large a difference could have gone unseen that it proves
 * nothing. `unsupported`: valid Keras that cannot be imported. `invalid`: a file that is damaged, refused or missing.
 */
export type CaseStatus = "agrees" | "differs" | "inconclusive" | "unsupported" | "invalid";

/** `import`: is it the same function? `backend`: does the backend compute it? */
export type Question = "import" | "backend";

/** One tensor against what it should be. Differences are null where the tensor could not be computed. */
export interface TensorVerdict {
  /** The entry of the reference: `outputs/0`, `layers/dense_1/0/0`. */
  readonly name: string;
  /** The layer's path, `null` for an output of the whole model. */
  readonly layer: string | null;
  readonly className: string | null;
  readonly call: number | null;
  readonly question: Question;
  readonly agrees: boolean;
  readonly maxAbs: number | null;
  readonly maxRel: number | null;
  readonly maxUlp: number | null;
  /** The tensor's error over that of Keras's own float32, by root mean square; never judged. */
  readonly errorRatio: number | null;
  /** The largest number of the budget. */
  readonly budget: number | null;
  /** The largest part that a number takes of its own budget; above 1 where the tensor differs. */
  readonly share: number | null;
  readonly basis: Basis;
  /** The relative change of the tensor's largest entry that could have gone unseen. */
  readonly resolution: number | null;
  /** The number that takes the largest part of its budget. */
  readonly worst: Place | null;
  /** Why the tensor could not be compared. */
  readonly failure: string | null;
}

/** The first thing that is wrong, in the order of computation. */
export interface Divergence {
  /** `null` where every layer call agrees and the whole model does not: then its graph is wired wrongly. */
  readonly layer: string | null;
  readonly className: string | null;
  readonly call: number | null;
  /** The entry of the reference. */
  readonly tensor: string;
  readonly question: Question;
  readonly index: readonly number[] | null;
  readonly actual: number | null;
  readonly expected: number | null;
  /** How many times its budget the tensor is off at its worst place. */
  readonly share: number | null;
  readonly message: string;
  /** With which other value of one option the layer would agree: `epsilon is 0.001`; `null` where none was found. */
  readonly agreesIf: string | null;
}

/** A constraint of the model, and whether it does to its weight what Keras's did. */
export interface ConstraintVerdict {
  readonly layer: string;
  readonly weight: string;
  readonly shape: readonly number[];
  /** `null` where Keras constrained the weight and the import does not: that never agrees. */
  readonly constraint: ImportedConstraint | null;
  readonly generation: Generation;
  /** The groups that the norm is measured in; `null` for NonNeg. */
  readonly groups: number | null;
  /** How many groups are above the upper limit now, by more than rounding explains. */
  readonly above: number | null;
  readonly largest: number | null;
  /** `null` where the reference does not say what Keras makes of the weight. */
  readonly agrees: boolean | null;
  /** The largest difference over its budget. */
  readonly share: number | null;
  readonly worst: Place | null;
}

/** One optimizer step: the weights after it against Keras's. */
export interface TrainingVerdict {
  /** From 1. */
  readonly step: number;
  readonly question: Question;
  readonly agrees: boolean;
  /** The weight that is off most, `layer path weight`, such as `lstm kernel`, with its error over its largest entry. */
  readonly weight: string | null;
  readonly maxRel: number;
  readonly limit: number;
  /** The loss before the step here and in Keras. */
  readonly loss: number;
  readonly kerasLoss: number | null;
}

/** The verdict on one model file. */
export interface CaseVerdict {
  readonly model: string;
  readonly reference: string;
  readonly status: CaseStatus;
  readonly error: { readonly code: ErrorCode; readonly path: string; readonly message: string } | null;
  readonly notes: readonly Note[];
  readonly firstDivergence: Divergence | null;
  readonly tensors: readonly TensorVerdict[];
  readonly constraints: readonly ConstraintVerdict[];
  readonly training: readonly TrainingVerdict[];
  readonly backend: BackendName;
  /** What the file is; `null` where it could not be read. */
  readonly format: string | null;
  /** The Keras that wrote the file, as it says, or else that of the reference. */
  readonly kerasVersion: string | null;
  readonly kerasBackend: string | null;
  /** Layers that compute, those of nested models among them. */
  readonly layers: number;
  readonly parameters: number;
  /** Layer calls of the graph, and how many of them the reference allowed to judge alone. */
  readonly layerCalls: { readonly total: number; readonly judged: number };
}

/** How many cases came to each status. */
export type VerdictCounts = Readonly<Record<CaseStatus, number>>;

/** The verdict on some model files, as `verify --format json` prints it. */
export interface Verdict {
  readonly format: "kerasproof-verdict";
  readonly version: 1;
  readonly backend: BackendName;
  readonly counts: VerdictCounts;
  readonly cases: readonly CaseVerdict[];
}

/** Puts the verdicts of some cases together. */
export function joinVerdicts(backend: BackendName, cases: readonly CaseVerdict[]): Verdict {
  const counts = { agrees: 0, differs: 0, inconclusive: 0, unsupported: 0, invalid: 0 };
  for (const { status } of cases) counts[status]++;
  return { format: "kerasproof-verdict", version: 1, backend, counts, cases };
}
