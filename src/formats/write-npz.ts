import { KerasProofError } from "../errors.js";
import { describeValue } from "./describe-value.js";
import { checkKinds } from "./option-kinds.js";
import type { NdArray } from "../ndarray.js";
import { writeNpy, writeNpyKinds, type WriteNpyOptions } from "./write-npy.js";
import { memberPath } from "./zip/member-name.js";
import { writeStoredZip } from "./zip/write-zip.js";

/** Arrays by their keys, and UTF-8 texts by the full names of their members, such as `meta.json`. */
export type NpzMembers = Readonly<Record<string, NdArray | string>> | ReadonlyMap<string, NdArray | string>;

/**
 * Writes an NPZ archive as `numpy.savez` does: each array as a stored member `<key>.npy`, in their order (that of a
 * `Map`, where keys look like numbers). `name` is the place of the archive in errors, `archive.npz` by default. Throws
 * as `writeNpy`, `usage` for a text with half of a surrogate pair, `unsafe` for a key that leads out of a folder,
 * `duplicate` for two members of one name, and `limit` where the archive does not fit in one `Uint8Array`.
 */
export function writeNpz(members: NpzMembers, options: WriteNpyOptions = {}): Uint8Array {
  checkKinds(options, writeNpyKinds, "writeNpz");
  const { name: archive = "archive.npz" } = options;
  if (typeof members !== "object" || (members as object | null) === null) {
    throw new KerasProofError("usage", archive, `found ${describeValue(members)}, wanted arrays by their names`);
  }
  const entries: Iterable<readonly [string, NdArray | string]> =
    members instanceof Map ? members : Object.entries(members);
  const files = Array.from(entries, ([key, content]) => {
    if (typeof content === "string") return { name: key, bytes: encodeWhole(content, memberPath(archive, key)) };
    const name = `${key}.npy`;
    return { name, bytes: writeNpy(content, { ...options, name: memberPath(archive, name) }) };
  });
  return writeStoredZip(files, archive);
}

function encodeWhole(text: string, path: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(text)) return new TextEncoder().encode(text);
  const message = "found half of a surrogate pair in a text, wanted characters that UTF-8 has";
  throw new KerasProofError("usage", path, message);
}
