import { KerasProofError, type ErrorCode, type Note } from "../errors.js";
import { type ByteInput, openSource } from "../formats/byte-source.js";
import { readModelSpec } from "../import/load-spec.js";
import type { Limits } from "../formats/limits.js";
import type { Kernels } from "../import/weights/theano.js";
import { openReference, type Reference } from "./reference.js";
import type { BackendName, CaseStatus, CaseVerdict } from "./verdict.js";
import type { VerifyProgress } from "./verify-spec.js";
import { checkWeights } from "./weights-check.js";

/** A model file and its reference. */
export interface VerifyRequest {
  readonly model: ByteInput;
  /** The file's name in the verdict and in errors. */
  readonly modelName: string;
  readonly weights?: ByteInput | undefined;
  readonly weightsName?: string | undefined;
  readonly reference: ByteInput;
  readonly referenceName: string;
  /** Where the float32 is computed. */
  readonly backend: BackendName;
  /** Which backend's kernels a file holds that does not say; by default what the reference says. */
  readonly kernels?: Kernels | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/**
 * Verifies one model (Node, for the double run's worker). A bad case is a verdict with its error, never an exception;
 * only `aborted`, `usage` and `backend-missing` are thrown, which are no fault of the case.
 */
export async function verifyCase(request: VerifyRequest): Promise<CaseVerdict> {
  const { modelName, referenceName, backend, signal, onProgress } = request;
  try {
    signal?.throwIfAborted();
    onProgress?.({ model: modelName, phase: "reading" });
    const limits = request.limits === undefined ? {} : { limits: request.limits };
    const reference = await openReference(request.reference, referenceName, limits);
    const kernels = request.kernels ?? kernelsOf(reference);
    const spec = await readModelSpec(request.model, {
      name: modelName,
      ...limits,
      ...(request.weights === undefined ? {} : { weights: request.weights }),
      ...(request.weightsName === undefined ? {} : { weightsName: request.weightsName }),
      ...(kernels === null ? {} : { kernels }),
      ...(reference.meta.backend === null ? {} : { backend: reference.meta.backend }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (!spec.hasWeights) {
      throw new KerasProofError("missing-weights", modelName, "found a model without weights, wanted its weights too");
    }
    await checkWeights(spec, reference);
    // Files that cannot be read need no tfjs.
    const { verifySpec } = await import("./verify-spec.js");
    const verdict = await verifySpec(spec, reference, { modelName, backend, signal, onProgress });
    return { ...verdict, notes: [...(await otherFile(request.model, modelName, reference)), ...verdict.notes] };
  } catch (error) {
    if (signal?.aborted === true) {
      throw new KerasProofError("aborted", modelName, "found that the caller stopped it", { cause: error });
    }
    if (error instanceof KerasProofError && passed.has(error.code)) throw error;
    return failedCase(request, error);
  }
}

/** No fault of the case: every other would fail of the same. */
const passed: ReadonlySet<ErrorCode> = new Set(["aborted", "usage", "backend-missing"]);

/** The verdict on a case that could not be judged. */
export function failedCase(
  request: Pick<VerifyRequest, "modelName" | "referenceName" | "backend">,
  error: unknown,
): CaseVerdict {
  const known = error instanceof KerasProofError ? error : unexpected(error, request.modelName);
  return {
    model: request.modelName,
    reference: request.referenceName,
    status: statusOf(known.code),
    error: { code: known.code, path: known.path, message: known.message.slice(known.path.length + 2) },
    notes: [],
    firstDivergence: null,
    tensors: [],
    constraints: [],
    training: [],
    backend: request.backend,
    format: null,
    kerasVersion: null,
    kerasBackend: null,
    layers: 0,
    parameters: 0,
    layerCalls: { total: 0, judged: 0 },
  };
}

const unsupported: ReadonlySet<ErrorCode> = new Set([
  "unsupported-layer",
  "unsupported-option",
  "unsupported-constraint",
  "unsupported-activation",
  "unsupported-dtype",
  "unsupported-mask",
  "unsupported-training",
  "unsupported-model",
  "code-in-file",
]);

function statusOf(code: ErrorCode): CaseStatus {
  return unsupported.has(code) ? "unsupported" : "invalid";
}

function unexpected(error: unknown, path: string): KerasProofError {
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return new KerasProofError("bad-graph", path, `found a model that could not be run (${message})`, { cause: error });
}

function kernelsOf(reference: Reference): Kernels | null {
  const { backend } = reference.meta;
  return backend === "theano" || backend === "tensorflow" ? backend : null;
}

/** Files beyond this many bytes are not hashed. */
const hashedBytes = 2 ** 29;

async function otherFile(model: ByteInput, modelName: string, reference: Reference): Promise<Note[]> {
  const source = openSource(model, modelName);
  if (reference.meta.modelSha256 === null || source.size > hashedBytes) return [];
  const bytes = await source.read(0, source.size);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hash === reference.meta.modelSha256) return [];
  const message = "was recorded from a file with other bytes; its weights are the same";
  return [{ code: "recorded-from-another-file", path: reference.name, message }];
}
