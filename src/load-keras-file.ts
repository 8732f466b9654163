import { basename } from "node:path";
import { checkArgument, checkOptions, filePath, type OptionKinds } from "./check-options.js";
import { openFile } from "./formats/file-source.js";
import { type ReadOptions, readOptionKinds } from "./import/read-options.js";
import { type ImportedModel, loadKerasModel } from "./load-keras-model.js";

/** As `ReadOptions`, with the weights of an architecture JSON as a path. */
export interface FileOptions extends Omit<ReadOptions, "weights" | "name" | "weightsName"> {
  readonly weights?: string;
}

const { name: _name, weightsName: _weightsName, ...kinds } = readOptionKinds;
const fileOptionKinds: OptionKinds<FileOptions> = { ...kinds, weights: filePath };

/** `loadKerasModel` for a file on disk (Node). Throws `file-not-found` too, and `usage` for what is no path. */
export async function loadKerasFile(path: string, options: FileOptions = {}): Promise<ImportedModel> {
  checkArgument("loadKerasFile.path", path, filePath);
  checkOptions("loadKerasFile", options, fileOptionKinds);
  const { weights: weightsPath, ...rest } = options;
  const source = await openFile(path);
  const weights = weightsPath === undefined ? null : await openFile(weightsPath);
  try {
    const given = weights === null ? {} : { weights, weightsName: basename(weightsPath as string) };
    return await loadKerasModel(source, { ...rest, name: basename(path), ...given });
  } finally {
    await source.close();
    await weights?.close();
  }
}
