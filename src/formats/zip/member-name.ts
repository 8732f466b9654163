import { KerasProofError } from "../../errors.js";
import { printable } from "../printable.js";
import { decodeUtf8 } from "../utf8.js";

/** The place of a member as errors name it: `model.keras!/config.json`. */
export function memberPath(archive: string, name: string): string {
  return `${archive}!/${printable(name)}`;
}

/**
 * Decodes a member's name as UTF-8, whether or not `isUtf8`, the archive's own mark, says that it is (Archive Utility of
 * macOS does not set it); one without the mark that is no UTF-8 as code page 437 (APPNOTE D.1), as Python's zipfile
 * does. Throws `unsafe` for a name that could leave the folder it is put in: absolute, with a drive letter, a backslash,
 * a segment `..`, or a zero byte; and `corrupt` for one with the mark that is no UTF-8. `offset` is the byte of the
 * archive with which the name begins, where there is an archive.
 */
export function decodeMemberName(bytes: Uint8Array, isUtf8: boolean, archive: string, offset?: number): string {
  const name = isUtf8 ? decodeUtf8(bytes, archive, "corrupt", offset) : decodeUnmarked(bytes);
  const reason = unsafeReason(name);
  if (reason === undefined) return name;
  const message = `found a member name ${reason}, wanted a relative one`;
  throw new KerasProofError("unsafe", memberPath(archive, name), message, offset === undefined ? {} : { offset });
}

/** The characters of code page 437 from 128. */
const codePage437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

function decodeUnmarked(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : codePage437[byte - 128])).join("");
  }
}

function unsafeReason(name: string): string | undefined {
  if (name === "") return "that is empty";
  if (name.includes("\0")) return "with a zero byte";
  if (name.includes("\\")) return "with a backslash";
  if (name.startsWith("/") || /^[A-Za-z]:\//.test(name)) return "that is absolute";
  if (name.split("/").includes("..")) return 'with a segment ".."';
  return undefined;
}
