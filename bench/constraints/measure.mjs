// One contender in a process of its own.
//
//   node measure.mjs CONTENDER
//
// Prints `ready`; then answers each line of its input, `{"shape": …, "axis": …, "seconds": …}`, with the seconds that
// MaxNorm(2) took: the least of batches of up to a millisecond and more, until `seconds` have passed.
import { createInterface } from "node:readline";

const contenders = { memory: openMemory, array: openArray, tfjs };
const [name, backend] = process.argv[2].split(":");
const prepare = await contenders[name](backend);
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const { shape, axis, seconds } = JSON.parse(line);
  const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1009) / 1009 - 0.5;
  const { run, release } = prepare(values, shape, axis);
  console.log(leastTime(run, seconds));
  release?.();
}

/** The batches go on until there were twenty of them, so that the code is compiled, but not for ten times as long. */
function leastTime(run, seconds) {
  run();
  let least = Infinity;
  let batch = 1;
  let batches = 0;
  const start = performance.now();
  for (;;) {
    const before = performance.now();
    for (let i = 0; i < batch; i++) run();
    const after = performance.now();
    const took = after - before;
    least = Math.min(least, took / batch / 1000);
    if (took < 1) batch *= 2;
    batches++;
    const spent = (after - start) / 1000;
    if (spent > 10 * seconds || (spent > seconds && batches >= 20)) return least;
  }
}

/** Weights that lie in a WebAssembly memory. */
async function openMemory() {
  const kerasproof = await import("../../dist/constraints/index.js");
  const memory = new WebAssembly.Memory({ initial: 1200 });
  const kernels = kerasproof.createConstraintKernels(memory, 0);
  if (kernels === null) throw new Error("no WebAssembly SIMD here");
  return (values, shape, axis) => {
    const data = new Float32Array(memory.buffer, 65536, values.length);
    data.set(values);
    const constraint = kerasproof.maxNorm({ axis });
    const options = { kernels };
    return { run: () => kerasproof.applyConstraint(constraint, data, shape, options) };
  };
}

/** Weights in ordinary arrays; without WebAssembly as `array:script`. */
async function openArray(engine) {
  if (engine === "script") Reflect.deleteProperty(globalThis, "WebAssembly");
  const kerasproof = await import("../../dist/constraints/index.js");
  return (values, shape, axis) => {
    const constraint = kerasproof.maxNorm({ axis });
    return { run: () => kerasproof.applyConstraint(constraint, values, shape) };
  };
}

async function tfjs(backend) {
  const tf = await import("@tensorflow/tfjs-core");
  await import(backend === "wasm" ? "@tensorflow/tfjs-backend-wasm" : "@tensorflow/tfjs-backend-cpu");
  const { constraints } = await import("@tensorflow/tfjs-layers");
  await tf.setBackend(backend);
  await tf.ready();
  return (values, shape, axis) => {
    const weight = tf.tensor(values, shape);
    const constraint = constraints.maxNorm({ maxValue: 2, axis });
    return { run: () => tf.tidy(() => void constraint.apply(weight)), release: () => weight.dispose() };
  };
}
