import type { NdArray } from "../ndarray.js";
import type { CallList, LayerCall } from "./call-list.js";
import type { DoubleRun } from "./double-run.js";
import type { CallsRequest, NoiseRequest, Realm, RunResult } from "./realm.js";
import type { Reference } from "./reference.js";
import { failedTensor, judgeTensor } from "./tensor-verdict.js";
import type { Question, TensorVerdict } from "./verdict.js";

/** Noisy runs behind a budget, and their seed: a verdict repeats. */
const noiseRuns = { runs: 4, seed: 20_240_229 } as const;
export const walkNoise: NoiseRequest = { kind: "walk", ...noiseRuns };
export const worstNoise: NoiseRequest = { kind: "gammaN", ...noiseRuns };

/** The verdicts on single layer calls, in the order of computation. */
export interface CallVerdicts {
  readonly tensors: readonly TensorVerdict[];
  /** How many calls the reference held the inputs and outputs of. */
  readonly judged: number;
}

/**
 * Judges every layer call alone, on the reference's own inputs to it: whether the import is the same function, by the
 * double run on Keras's float64 inputs against its float64 outputs (or, where the reference has none, on float32 against
 * a budget of measured noise), and whether the backend computes it, by its float32 against the double run.
 */
export async function judgeCalls(
  list: CallList,
  reference: Reference,
  double: DoubleRun,
  backend: Realm,
): Promise<CallVerdicts> {
  const single = await readTensors(list, reference, "layers");
  const exact = await readTensors(list, reference, "layers64");
  const inDouble = list.calls.filter((call) => isComplete(call, exact));
  const rest = list.calls.filter((call) => isComplete(call, single) && !isComplete(call, exact));
  const imports = new Map([
    ...(await judgeInDouble(inDouble, exact, single, double)),
    ...(await judgeInSingle(rest, single, double)),
  ]);
  const backends = await judgeBackend(list, single, double, backend);
  const tensors = list.calls.flatMap((call) => [...(imports.get(call) ?? []), ...(backends.get(call) ?? [])]);
  return { tensors, judged: imports.size };
}

/** Tensors by the names that calls have for them. */
type Tensors = ReadonlyMap<string, NdArray>;
type ByCall = Map<LayerCall, readonly TensorVerdict[]>;

async function readTensors(list: CallList, reference: Reference, group: "layers" | "layers64"): Promise<Tensors> {
  const tensors = new Map<string, NdArray>();
  for (const [k, input] of (await reference.readList("inputs")).entries()) tensors.set(`inputs/${k}`, input);
  const names = [...list.calls.flatMap((call) => call.outputs), ...list.modelEntries];
  for (const name of names) {
    if (reference.has(`${group}/${name}`)) tensors.set(`layers/${name}`, await reference.read(`${group}/${name}`));
  }
  return tensors;
}

function isComplete(call: LayerCall, tensors: Tensors): boolean {
  return (
    call.outputs.length > 0 &&
    call.outputs.every((output) => tensors.has(`layers/${output}`)) &&
    call.inputs.every((places) => places.some((place) => tensors.has(place)))
  );
}

function namesOf(calls: Iterable<LayerCall>): Set<string> {
  return new Set([...calls].map((call) => call.outputs[0] as string));
}

async function judgeInDouble(
  calls: readonly LayerCall[],
  exact: Tensors,
  single: Tensors,
  double: DoubleRun,
): Promise<ByCall> {
  if (calls.length === 0) return new Map();
  const request: CallsRequest = { values: exact, wanted: namesOf(calls), noise: null };
  const judge = (call: LayerCall, result: RunResult | undefined): TensorVerdict[] =>
    judgeCall(call, "import", result, (k) => {
      const expected = exact.get(`layers/${call.outputs[k]}`) as NdArray;
      return { expected, basis: "float64", scales: null, keras: single.get(`layers/${call.outputs[k]}`) ?? null };
    });
  const results = await double.runCalls(request);
  const verdicts: ByCall = new Map(calls.map((call) => [call, judge(call, results.get(call.outputs[0] as string))]));
  const failing = calls.filter((call) => verdicts.get(call)?.some((one) => !one.agrees && one.failure === null));
  if (failing.length === 0) return verdicts;
  const again = await double.runCalls({ ...request, wanted: namesOf(failing), noise: walkNoise });
  for (const call of failing) verdicts.set(call, judge(call, again.get(call.outputs[0] as string)));
  return verdicts;
}

async function judgeInSingle(calls: readonly LayerCall[], single: Tensors, double: DoubleRun): Promise<ByCall> {
  if (calls.length === 0) return new Map();
  const results = await double.runCalls({ values: single, wanted: namesOf(calls), noise: walkNoise });
  return new Map(
    calls.map((call) => [
      call,
      judgeCall(call, "import", results.get(call.outputs[0] as string), (k) => {
        const expected = single.get(`layers/${call.outputs[k]}`) as NdArray;
        return { expected, basis: "derived", scales: null, keras: null };
      }),
    ]),
  );
}

async function judgeBackend(list: CallList, single: Tensors, double: DoubleRun, backend: Realm): Promise<ByCall> {
  const exact = await double.runCalls({ values: single, wanted: null, noise: worstNoise });
  const own = backend.runCalls({ values: single, wanted: null, noise: null });
  const verdicts: ByCall = new Map();
  for (const call of list.calls) {
    const name = call.outputs[0] as string;
    const truth = exact.get(name);
    if (truth === undefined || "failure" in truth) continue;
    const judged = judgeCall(call, "backend", own.get(name), (k) => ({
      expected: truth.outputs[k] as NdArray,
      basis: "derived",
      scales: truth.scales?.[k] ?? null,
      keras: single.get(`layers/${call.outputs[k]}`) ?? null,
    }));
    verdicts.set(call, judged);
  }
  return verdicts;
}

interface Expected {
  readonly expected: NdArray;
  readonly basis: "float64" | "derived";
  readonly scales: Float64Array | null;
  readonly keras: NdArray | null;
}

/** Judges every output of a call. Scales are those of the expected side where it has them, else of the result. */
function judgeCall(
  call: LayerCall,
  question: Question,
  result: RunResult | undefined,
  expectedOf: (k: number) => Expected,
): TensorVerdict[] {
  return call.outputs.map((output, k) => {
    const which = { name: `layers/${output}`, call, question };
    const wanted = expectedOf(k);
    if (result === undefined) return failedTensor(which, wanted.basis, "found no inputs to compute it from");
    if ("failure" in result) return failedTensor(which, wanted.basis, result.failure);
    const actual = result.outputs[k];
    if (actual === undefined) return failedTensor(which, wanted.basis, `found ${result.outputs.length} outputs`);
    return judgeTensor(which, { ...wanted, actual, scales: wanted.scales ?? result.scales?.[k] ?? null });
  });
}
