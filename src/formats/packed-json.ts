import { KerasProofError } from "../errors.js";
import { chooseLimits, type Limits } from "./limits.js";
import { type JsonValue, parsePythonJson } from "./python-json.js";
import type { ZipArchive } from "./zip/archive.js";

/**
 * The limits of JSON in an archive of so many bytes, where the caller gives none. Out of a deflated member may come a
 * thousand times the text that is stored of it, of which each value takes a hundred bytes of memory; so the text may be
 * 16 times as long as the archive, or 2 MiB, and have a value for each second byte of the archive, or 50,000. A text that
 * is stored as it is has no more.
 */
export function packedJsonLimits(given: Partial<Limits>, archiveBytes: number): Limits {
  const limits = chooseLimits(given);
  const jsonLength = Math.min(limits.jsonLength, Math.max(2 ** 21, 16 * archiveBytes));
  const jsonValues = Math.min(limits.jsonValues, Math.max(50_000, archiveBytes / 2));
  return { ...limits, jsonLength: given.jsonLength ?? jsonLength, jsonValues: given.jsonValues ?? jsonValues };
}

/**
 * Reads a member that is JSON as Python writes it. Throws as `ZipArchive.read` and `parsePythonJson`, and `limit` for one
 * that is too long before it is inflated.
 */
export async function readPackedJson(
  archive: ZipArchive,
  member: string,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<JsonValue> {
  const path = archive.path(member);
  const size = archive.size(member);
  if (size > limits.jsonLength) {
    const message = `found a JSON text of ${size} bytes, wanted at most ${limits.jsonLength}`;
    throw new KerasProofError("limit", path, message, { offset: 0 });
  }
  return parsePythonJson(await archive.read(member, { signal }), path, limits);
}
