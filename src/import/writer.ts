import { isMultiBackend } from "../constraints/written-by.js";

/** Which Keras wrote a file, as far as the file or its reader's options say. */
export interface Writer {
  readonly kerasVersion: string | null;
  /** `tensorflow`, `theano`, `jax` … */
  readonly backend: string | null;
}

/** Where nothing is known. */
export const unknownWriter: Writer = { kerasVersion: null, backend: null };

/**
 * Whether a Keras 2 file is of multi-backend Keras (2.0 to 2.3.1) rather than of `tf.keras`, which numbers itself
 * `2.2.4-tf` in TensorFlow 2.0 to 2.2 and 2.4 and above later. An unknown version counts as `tf.keras`.
 */
export function isMultiBackendKeras2({ kerasVersion }: Writer): boolean {
  return isMultiBackend({ generation: "keras2", kerasVersion });
}
