import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { appendAll } from "../append-all.js";
import { KerasProofError } from "../errors.js";
import { openFile } from "../formats/file-source.js";
import { detectFormat } from "../formats/magic.js";

/** A model file and the reference beside it; `model` is `null` for a reference that has no model. */
export interface CaseFiles {
  readonly model: string | null;
  readonly reference: string;
}

const suffix = ".ref.npz";
const extensions: ReadonlySet<string> = new Set([".keras", ".h5", ".hdf5", ".json"]);

/**
 * The cases of a folder and those below it, in the order of their names (Node). A model file has the reference
 * `<file name>.ref.npz` or else `<stem>.ref.npz` beside it. Links to folders are not followed. Throws `file-not-found`
 * for a folder that cannot be read.
 */
export async function findCases(directory: string): Promise<CaseFiles[]> {
  const cases: CaseFiles[] = [];
  const open = [directory];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await listFolder(folder);
    for (const entry of entries) if (entry.isDirectory()) open.push(join(folder, entry.name));
    const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
    appendAll(cases, await casesOf(folder, names));
  }
  const keyOf = (one: CaseFiles): string => one.model ?? one.reference;
  return cases.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The reference beside a model file. Throws `file-not-found` where there is none, or no model either. */
export async function findReference(model: string): Promise<string> {
  for (const path of [model + suffix, withoutExtension(model) + suffix]) {
    if (await isFile(path)) return path;
  }
  await (await openFile(model)).close();
  const wanted = `${basename(withoutExtension(model))}${suffix}, which recorder/kerasproof_record.py writes, or one in --reference`;
  const message = `found no reference beside it, wanted ${wanted}`;
  throw new KerasProofError("file-not-found", model, message);
}

async function casesOf(folder: string, names: readonly string[]): Promise<CaseFiles[]> {
  const cases: CaseFiles[] = [];
  const known = new Set(names);
  const used = new Set<string>();
  for (const name of names) {
    if (name.endsWith(suffix)) continue;
    const reference = [name + suffix, withoutExtension(name) + suffix].find((one) => known.has(one));
    if (reference === undefined) continue;
    if (reference !== name + suffix && !(await isModel(folder, name))) continue;
    used.add(reference);
    cases.push({ model: join(folder, name), reference: join(folder, reference) });
  }
  const left = names.filter((name) => name.endsWith(suffix) && !used.has(name));
  return [...cases, ...left.map((name) => ({ model: null, reference: join(folder, name) }))];
}

/** A damaged model is known by its name only, one of another name by its first bytes. */
async function isModel(folder: string, name: string): Promise<boolean> {
  if (extensions.has(extname(name))) return true;
  try {
    const source = await openFile(join(folder, name));
    try {
      return ["zip", "hdf5", "json"].includes(await detectFormat(source, name));
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof KerasProofError) return false;
    throw error;
  }
}

async function listFolder(folder: string): ReturnType<typeof readFolder> {
  try {
    return await readFolder(folder);
  } catch (error) {
    throw new KerasProofError("file-not-found", folder, "found no folder that can be read, wanted one", {
      cause: error,
    });
  }
}

function readFolder(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

function withoutExtension(path: string): string {
  return join(dirname(path), basename(path, extname(path)));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
