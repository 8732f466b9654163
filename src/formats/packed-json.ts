import { KerasProofError } from "../errors.js";
import { chooseLimits, type Limits } from "./limits.js";
import { type JsonValue, parsePythonJson } from "./python-json.js";
import type { ZipArchive } from "./zip/archive.js";

/**
 * The limits of deflated JSON in an archive of so many bytes, where the caller gives none. A text may be a thousand times
 * as long as its deflated form; each of its values takes a hundred bytes of memory, and what is made of them many times
 * that. So the text may be 16 times as long as the archive, or 2 MiB, and have a value for every four bytes of the
 * archive, or 16,000.
 */
export function packedJsonLimits(given: Partial<Limits>, archiveBytes: number): Limits {
  const limits = chooseLimits(given);
  const jsonLength = Math.min(limits.jsonLength, Math.max(2 ** 21, 16 * archiveBytes));
  const jsonValues = Math.min(limits.jsonValues, Math.max(16_000, archiveBytes / 4));
  return { ...limits, jsonLength: given.jsonLength ?? jsonLength, jsonValues: given.jsonValues ?? jsonValues };
}

/**
 * Reads a member that is JSON as Python writes it, of an archive of so many bytes. Throws as `ZipArchive.read` and
 * `parsePythonJson`, and `limit` for one that is too long before it is inflated.
 */
export async function readPackedJson(
  archive: ZipArchive,
  member: string,
  given: { readonly limits: Partial<Limits>; readonly archiveBytes: number; readonly signal: AbortSignal | undefined },
): Promise<JsonValue> {
  const path = archive.path(member);
  const size = archive.size(member);
  const stored = archive.isStored(member);
  const limits = stored ? chooseLimits(given.limits) : packedJsonLimits(given.limits, given.archiveBytes);
  if (size > limits.jsonLength) {
    const message = `found a JSON text of ${size} bytes, wanted at most ${limits.jsonLength}`;
    throw new KerasProofError("limit", path, message, { offset: 0 });
  }
  return parsePythonJson(await archive.read(member, { signal: given.signal }), path, limits);
}
