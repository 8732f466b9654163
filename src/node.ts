/** The entry `kerasproof/node`: everything of `kerasproof`, and files on disk. */
export * from "./index.js";
export { type FileOptions, loadKerasFile } from "./load-keras-file.js";
export { type VerifyFileOptions, verifyFile } from "./verify/verify-files.js";
export type { CaseVerdict } from "./verify/verdict.js";
