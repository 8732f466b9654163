import { Worker } from "node:worker_threads";
import { KerasProofError } from "../errors.js";
import type { ModelSpec } from "../import/spec.js";
import type { NdArray } from "../ndarray.js";
import type { Answers, Reply, Request, TrainedStep, TrainingRequest } from "./double-run-messages.js";
import type { CallsRequest, NoiseRequest, RunResult } from "./realm.js";

/** A model in the double run: the same import, computed in float64. */
export interface DoubleRun {
  runCalls(request: CallsRequest): Promise<ReadonlyMap<string, RunResult>>;
  runModel(inputs: readonly NdArray[], noise: NoiseRequest | null): Promise<RunResult>;
  /** Throws `unsupported-training` where the model cannot be trained as Keras does. */
  runTraining(request: TrainingRequest): Promise<readonly TrainedStep[]>;
}

/** How the double run waits. */
export interface DoubleRunOptions {
  /** Milliseconds that one answer may take. Default 10 minutes. */
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly resolve: (answer: Reply["answer"]) => void;
  readonly reject: (error: unknown) => void;
}

interface Host {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

const defaultTimeout = 600_000;
let host: Host | null = null;
let lastId = 0;

/**
 * Builds a model in the double run's worker (Node). One worker serves the whole process, one model at a time: opening
 * another closes the one before. Where the worker dies or does not answer in time, its present requests fail and the
 * next model gets a new one. It does not keep the process alive.
 */
export async function openDoubleRun(spec: ModelSpec, options: DoubleRunOptions = {}): Promise<DoubleRun> {
  await ask({ kind: "open", spec }, options);
  return {
    runCalls: (request) => ask({ kind: "calls", request }, options),
    runModel: (inputs, noise) => ask({ kind: "model", inputs, noise }, options),
    runTraining: (request) => ask({ kind: "train", request }, options),
  };
}

/** Ends the worker, where one runs. The next `openDoubleRun` starts another. */
export async function closeDoubleRun(): Promise<void> {
  const closing = host;
  host = null;
  await closing?.worker.terminate();
}

async function ask<K extends Request["kind"]>(
  request: Extract<Request, { kind: K }>,
  { timeout = defaultTimeout, signal }: DoubleRunOptions,
): Promise<Answers[K]> {
  signal?.throwIfAborted();
  host ??= startHost();
  const { worker, waiting } = host;
  const id = ++lastId;
  return new Promise<Answers[K]>((resolve, reject) => {
    const stop = (error: unknown): void => {
      waiting.get(id)?.reject(error);
      if (host?.worker === worker) host = null;
      void worker.terminate();
    };
    const abort = (): void => {
      stop(new KerasProofError("aborted", "double run", "found that the caller stopped it"));
    };
    const timer = setTimeout(() => {
      stop(new KerasProofError("limit", "double run", `found no answer in ${timeout} ms, wanted one`));
    }, timeout);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
    };
    waiting.set(id, {
      resolve: (answer) => {
        settle();
        resolve(answer as Answers[K]);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    });
    signal?.addEventListener("abort", abort, { once: true });
    worker.ref();
    worker.postMessage({ id, request }, []);
  });
}

function startHost(): Host {
  const worker = new Worker(workerUrl());
  const started: Host = { worker, waiting: new Map() };
  worker.on("message", ({ id, answer, error }: Reply) => {
    const waiting = started.waiting.get(id);
    if (error === null) waiting?.resolve(answer);
    else waiting?.reject(new KerasProofError(error.code ?? "bad-graph", error.path, error.message));
  });
  const fail = (found: string): void => {
    if (host === started) host = null;
    const error = new KerasProofError("limit", "double run", `found that its worker ${found}, wanted an answer`);
    for (const { reject } of started.waiting.values()) reject(error);
  };
  worker.on("error", (error) => {
    fail(`failed with ${error instanceof Error ? error.message : String(error)}`);
  });
  worker.on("messageerror", (error) => {
    fail(`could not answer: ${error.message}`);
  });
  worker.on("exit", (code) => {
    fail(`ended with code ${code}`);
  });
  return started;
}

/**
 * Workers run plain JavaScript: from the sources, the worker is the built one. What is built lies in a folder beside the
 * worker's, whichever it is bundled into.
 */
function workerUrl(): URL {
  const built = import.meta.url.endsWith(".ts") ? "../../dist" : "..";
  const path = `${built}/verify/double-run-worker.js`;
  return new URL(path, import.meta.url);
}
