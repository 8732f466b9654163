import {
  abortSignal,
  checkArgument,
  checkOptions,
  filePath,
  oneOf,
  type OptionKinds,
  someFunction,
  someObject,
} from "../check-options.js";
import { KerasProofError } from "../errors.js";
import { openFile } from "../formats/file-source.js";
import type { Limits } from "../formats/limits.js";
import type { Kernels } from "../import/weights/theano.js";
import { openModelFiles } from "../model-files.js";
import { closeDoubleRun } from "./double-run.js";
import { type CaseFiles, findCases, findReference } from "./find-cases.js";
import { type BackendName, type CaseVerdict, joinVerdicts, type Verdict } from "./verdict.js";
import { failedCase, verifyCase } from "./verify-case.js";
import type { VerifyProgress } from "./verify-spec.js";

/** How a model file is verified. */
export interface VerifyFileOptions {
  /** By default `<file name>.ref.npz` or `<stem>.ref.npz` beside the model. */
  readonly reference?: string | undefined;
  /** The weights of an architecture JSON; by default `<stem>.weights.h5` beside it. */
  readonly weights?: string | undefined;
  /** Default `cpu`. */
  readonly backend?: BackendName | undefined;
  readonly kernels?: Kernels | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** How the models of a folder are verified. */
export interface VerifyDirectoryOptions extends Omit<VerifyFileOptions, "reference" | "weights"> {
  /** Called with each verdict as it comes, its number from 1, and how many there will be. */
  readonly onCase?: ((verdict: CaseVerdict, done: number, total: number) => void) | undefined;
}

const directoryOptionKinds: OptionKinds<VerifyDirectoryOptions> = {
  backend: oneOf("cpu", "wasm", "node"),
  kernels: oneOf("tensorflow", "theano"),
  limits: someObject,
  signal: abortSignal,
  onProgress: someFunction,
  onCase: someFunction,
};

const { onCase: _onCase, ...commonKinds } = directoryOptionKinds;
const fileOptionKinds: OptionKinds<VerifyFileOptions> = { ...commonKinds, reference: filePath, weights: filePath };

/**
 * Verifies one model file (Node). What is wrong with the model or its reference is in the verdict; `file-not-found` for
 * the model itself, `backend-missing`, `usage` (of options that do not exist, too) and `aborted` are thrown.
 */
export async function verifyFile(path: string, options: VerifyFileOptions = {}): Promise<CaseVerdict> {
  checkArgument("verifyFile.path", path, filePath);
  checkOptions("verifyFile", options, fileOptionKinds);
  try {
    const reference = options.reference ?? (await findReference(path));
    return await verifyOne(path, reference, options);
  } finally {
    await closeDoubleRun();
  }
}

/**
 * Verifies every model of a folder that has a reference beside it, one after the other; a bad case does not stop the
 * others (Node). Throws `file-not-found` for a folder that cannot be read or holds no case, `usage` for options that do
 * not exist.
 */
export async function verifyDirectory(path: string, options: VerifyDirectoryOptions = {}): Promise<Verdict> {
  checkArgument("verifyDirectory.path", path, filePath);
  checkOptions("verifyDirectory", options, directoryOptionKinds);
  const found = await findCases(path);
  if (found.length === 0) {
    throw new KerasProofError(
      "file-not-found",
      path,
      "found no model with a reference, wanted <stem>.ref.npz beside one",
    );
  }
  const cases: CaseVerdict[] = [];
  try {
    for (const files of found) {
      const verdict = await verifyFound(files, options);
      cases.push(verdict);
      options.onCase?.(verdict, cases.length, found.length);
    }
  } finally {
    await closeDoubleRun();
  }
  return joinVerdicts(options.backend ?? "cpu", cases);
}

async function verifyFound({ model, reference }: CaseFiles, options: VerifyFileOptions): Promise<CaseVerdict> {
  const names = { modelName: model ?? reference, referenceName: reference, backend: options.backend ?? "cpu" } as const;
  if (model === null) {
    const message = "found a reference without its model, wanted the model file beside it";
    return failedCase(names, new KerasProofError("file-not-found", reference, message));
  }
  try {
    return await verifyOne(model, reference, options);
  } catch (error) {
    if (error instanceof KerasProofError && error.code === "file-not-found") return failedCase(names, error);
    throw error;
  }
}

async function verifyOne(path: string, referencePath: string, options: VerifyFileOptions): Promise<CaseVerdict> {
  const { reference: _reference, weights: weightsPath, backend = "cpu", ...rest } = options;
  const names = { modelName: path, referenceName: referencePath, backend } as const;
  try {
    const files = await openModelFiles(path, weightsPath);
    try {
      const reference = await openFile(referencePath);
      try {
        const { model, weights } = files;
        const second = weights === null ? {} : { weights: weights.source, weightsName: weights.path };
        return await verifyCase({ ...rest, ...names, ...second, model, reference });
      } finally {
        await reference.close();
      }
    } finally {
      await files.close();
    }
  } catch (error) {
    // What opening the files says of their content is a verdict like any other.
    if (!(error instanceof KerasProofError) || thrown.has(error.code)) throw error;
    return failedCase(names, error);
  }
}

const thrown: ReadonlySet<string> = new Set(["file-not-found", "backend-missing", "usage", "aborted"]);
