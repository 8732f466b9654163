import { stat } from "node:fs/promises";
import { optionValue, type ParsedArguments, usage } from "./options.js";

/** Throws `usage` where `--output` is one of the files that are read, by whatever name. */
export async function refuseOverwriting(parsed: ParsedArguments): Promise<void> {
  const output = await identify(optionValue(parsed, "output"));
  if (output === null) return;
  for (const path of [parsed.target, optionValue(parsed, "weights"), optionValue(parsed, "reference")]) {
    if ((await identify(path)) !== output) continue;
    throw usage("--output", `found ${path}, which is read, wanted another file`);
  }
}

/** The same for two names of one file; `null` for what is no file. */
async function identify(path: string | undefined): Promise<string | null> {
  if (path === undefined) return null;
  try {
    const found = await stat(path);
    return found.isFile() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null;
  }
}
