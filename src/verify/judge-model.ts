import type { NdArray } from "../ndarray.js";
import type { DoubleRun } from "./double-run.js";
import { walkNoise, worstNoise } from "./judge-calls.js";
import type { Realm, RunResult } from "./realm.js";
import type { Reference } from "./reference.js";
import { failedTensor, judgeTensor, type TensorPair } from "./tensor-verdict.js";
import type { Question, TensorVerdict } from "./verdict.js";

/** Judges the whole model, from the reference's inputs to its outputs, by the same two questions as a layer call. */
export async function judgeModel(reference: Reference, double: DoubleRun, backend: Realm): Promise<TensorVerdict[]> {
  const inputs = await reference.readList("inputs");
  const keras = await reference.readList("outputs");
  const exact = await reference.readList("outputs64");
  const truth = await double.runModel(inputs, worstNoise);
  const imports = await judgeImport(inputs, keras, exact, truth, double);
  if ("failure" in truth) return imports;
  const own = backend.runModel(inputs, null);
  return [
    ...imports,
    ...judgeOutputs("backend", own, truth.outputs.length, (k) => ({
      expected: truth.outputs[k] as NdArray,
      basis: "derived",
      scales: truth.scales?.[k] ?? null,
      keras: keras[k] ?? null,
    })),
  ];
}

async function judgeImport(
  inputs: readonly NdArray[],
  keras: readonly NdArray[],
  exact: readonly NdArray[],
  truth: RunResult,
  double: DoubleRun,
): Promise<TensorVerdict[]> {
  const expectedOf = (scales: readonly Float64Array[] | null) => (k: number) => ({
    expected: (exact[k] ?? keras[k]) as NdArray,
    basis: exact[k] === undefined ? ("derived" as const) : ("float64" as const),
    scales: scales?.[k] ?? null,
    keras: exact[k] === undefined ? null : (keras[k] ?? null),
  });
  if (exact.length === keras.length) {
    const first = judgeOutputs("import", truth, keras.length, expectedOf(null));
    if (first.every((one) => one.agrees || one.failure !== null)) return first;
  }
  const noisy = await double.runModel(inputs, walkNoise);
  const scales = "failure" in noisy ? null : noisy.scales;
  return judgeOutputs("import", noisy, keras.length, expectedOf(scales));
}

function judgeOutputs(
  question: Question,
  result: RunResult,
  count: number,
  expectedOf: (k: number) => Omit<TensorPair, "actual">,
): TensorVerdict[] {
  return Array.from({ length: count }, (_, k) => {
    const which = { name: `outputs/${k}`, call: null, question };
    const wanted = expectedOf(k);
    if ("failure" in result) return failedTensor(which, wanted.basis, result.failure);
    const actual = result.outputs[k];
    if (actual === undefined) return failedTensor(which, wanted.basis, `found ${result.outputs.length} outputs`);
    return judgeTensor(which, { ...wanted, actual });
  });
}
