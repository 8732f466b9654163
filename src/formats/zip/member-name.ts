import { KerasProofError } from "../../errors.js";
import { printable } from "../printable.js";
import { decodeUtf8 } from "../utf8.js";

/** The place of a member as errors name it: `model.keras!/config.json`. */
export function memberPath(archive: string, name: string): string {
  return `${archive}!/${printable(name)}`;
}

/**
 * Decodes a member's name as UTF-8 whether or not the archive says that it is (Archive Utility of macOS does not),
 * and throws `unsafe` for one that could leave the folder it is put in: absolute, with a drive letter, a backslash, a
 * segment `..`, or a zero byte.
 */
export function decodeMemberName(bytes: Uint8Array, archive: string): string {
  const name = decodeUtf8(bytes, archive);
  const reason = unsafeReason(name);
  if (reason === undefined) return name;
  throw new KerasProofError(
    "unsafe",
    memberPath(archive, name),
    `found a member name ${reason}, wanted a relative one`,
  );
}

function unsafeReason(name: string): string | undefined {
  if (name === "") return "that is empty";
  if (name.includes("\0")) return "with a zero byte";
  if (name.includes("\\")) return "with a backslash";
  if (name.startsWith("/") || /^[A-Za-z]:\//.test(name)) return "that is absolute";
  if (name.split("/").includes("..")) return 'with a segment ".."';
  return undefined;
}
