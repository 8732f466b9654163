import { parentPort } from "node:worker_threads";
import type { ModelSpec } from "../import/spec.js";
import type { Answers, Posted, PostedError, Reply, Request } from "./double-run-messages.js";
import type { Realm } from "./realm.js";

/**
 * The worker of the double run: `Float32Array` is `Float64Array` here before tfjs is loaded, so tfjs's cpu kernels,
 * which compute in JavaScript numbers, keep every digit. Nothing that loads tfjs may be imported statically.
 */
globalThis.Float32Array = Float64Array as unknown as typeof Float32Array;

const tf = await import("@tensorflow/tfjs-core");
await import("@tensorflow/tfjs-backend-cpu");
const platform = tf.env().platform as unknown as { isTypedArray: (value: unknown) => boolean };
platform.isTypedArray = (value) =>
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array ||
  value instanceof Uint8ClampedArray;
// Without it, tfjs advertises its other packages on the console.
tf.enableProdMode();
await tf.setBackend("cpu");
const { openRealm } = await import("./realm.js");
const { runTraining } = await import("./training-run.js");
const { layerRegistry } = await import("../import/registry.js");
const { KerasProofError } = await import("../errors.js");

checkPrecision();

let opened: { readonly spec: ModelSpec; readonly realm: Realm } | null = null;

parentPort?.on("message", (posted: Posted) => {
  void reply(posted);
});

async function reply({ id, request }: Posted): Promise<void> {
  let message: Reply;
  try {
    message = { id, answer: await answer(request), error: null };
  } catch (error) {
    message = { id, answer: undefined, error: postedError(error) };
  }
  parentPort?.postMessage(message, []);
}

async function answer(request: Request): Promise<Answers[keyof Answers]> {
  if (request.kind === "open") {
    opened?.realm.dispose();
    opened = null;
    opened = { spec: request.spec, realm: openRealm(request.spec, layerRegistry()) };
    return null;
  }
  if (opened === null) throw new KerasProofError("usage", "double run", "found no open model, wanted one");
  if (request.kind === "calls") return opened.realm.runCalls(request.request);
  if (request.kind === "model") return opened.realm.runModel(request.inputs, request.noise);
  return runTraining(opened.spec, layerRegistry(), request.request);
}

function postedError(error: unknown): PostedError {
  if (error instanceof KerasProofError) {
    return { code: error.code, path: error.path, message: error.message.slice(error.path.length + 2) };
  }
  return { code: null, path: "double run", message: error instanceof Error ? error.message : String(error) };
}

/** Refuses to run where tfjs computes in float32 after all. */
function checkPrecision(): void {
  const sum = tf.tidy(() => tf.add(tf.scalar(0.1), tf.scalar(0.2)).dataSync()[0]);
  if (sum === 0.1 + 0.2) return;
  throw new KerasProofError("usage", "double run", `found 0.1 + 0.2 = ${sum}, wanted it in float64`);
}
