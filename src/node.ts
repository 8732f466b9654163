/** The entry `kerasproof/node`: everything of `kerasproof`, and files on disk. */
export * from "./index.js";
export { type FileOptions, loadKerasFile } from "./load-keras-file.js";
export type {
  BackendName,
  CaseStatus,
  CaseVerdict,
  ConstraintVerdict,
  Divergence,
  TensorVerdict,
  TrainingVerdict,
  Verdict,
} from "./verify/verdict.js";
export {
  type VerifyDirectoryOptions,
  verifyDirectory,
  type VerifyFileOptions,
  verifyFile,
} from "./verify/verify-files.js";
