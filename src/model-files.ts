import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { KerasProofError } from "./errors.js";
import { type FileSource, openFile } from "./formats/file-source.js";
import { detectFormat } from "./formats/magic.js";

/** A model file and, where it has one, the file of its weights, open for reading (Node). */
export interface ModelFiles {
  readonly model: FileSource;
  readonly weights: { readonly source: FileSource; readonly path: string } | null;
  /** True where the weights were not named but found beside the model. */
  readonly found: boolean;
  close(): Promise<void>;
}

/**
 * Opens a model file and its weights. Where none are named and the model is an architecture JSON (told by its first
 * character), `<stem>.weights.h5` beside it is taken where it is there. Throws `file-not-found`, and `unknown-format`
 * for a file that is none of those that hold models.
 */
export async function openModelFiles(path: string, weightsPath?: string): Promise<ModelFiles> {
  const model = await openFile(path);
  try {
    const sibling = weightsPath === undefined ? await findSiblingWeights(path, model) : null;
    const chosen = weightsPath ?? sibling;
    const weights = chosen === null ? null : { source: await openFile(chosen), path: chosen };
    return {
      model,
      weights,
      found: sibling !== null,
      close: async () => {
        await Promise.all([model.close(), weights?.source.close()]);
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** The path of the weights beside an architecture JSON, `null` where there are none or the file is no JSON. */
async function findSiblingWeights(path: string, model: FileSource): Promise<string | null> {
  if ((await detectFormat(model, path)) !== "json") return null;
  const sibling = `${path.slice(0, path.length - extname(path).length)}.weights.h5`;
  if (basename(path) === basename(sibling)) return null;
  try {
    return (await stat(sibling)).isFile() ? sibling : null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new KerasProofError("file-not-found", sibling, "found a path that cannot be looked at, wanted weights", {
      cause: error,
    });
  }
}
