import type { Cursor } from "../cursor.js";
import { printable } from "../printable.js";
import { decodeUtf8 } from "../utf8.js";
import { expectVersion, type FileAccess, readAddress, readDefinedAddress } from "./file-access.js";
import type { HeaderMessage } from "./object-header.js";
import { openMessage } from "./shared-message.js";

/** Where a name in a group leads: to an object of this file, or elsewhere, which is told and never followed. */
export type Link =
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft" | "external" | "user-defined"; readonly target: string };

/** A group's links by name, in file order. */
export type Links = ReadonlyMap<string, Link>;

/** Adds a link; a name that is empty, has a slash or is there already is `corrupt`. */
export function addLink(links: Map<string, Link>, name: string, link: Link, cursor: Cursor): void {
  if (name === "" || name.includes("/")) {
    cursor.fail("corrupt", `found the link name "${printable(name)}", wanted one without slashes`);
  }
  if (links.has(name)) cursor.fail("corrupt", `found the link name "${printable(name)}" twice, wanted it once`);
  links.set(name, link);
}

/** Reads a Link message, which holds one link of a group of the newer kind (specification, IV.A.2.g). */
export function readLinkMessage(
  file: FileAccess,
  message: HeaderMessage,
  links: Map<string, Link>,
  place: string,
): void {
  const cursor = openMessage(file, message, place);
  expectVersion(cursor, [1], "a link message");
  const flags = cursor.uint8();
  const type = (flags & 0x08) === 0 ? 0 : cursor.uint8();
  if ((flags & 0x04) !== 0) cursor.skip(8);
  if ((flags & 0x10) !== 0) cursor.skip(1);
  const name = decodeUtf8(cursor.bytes(readSized(cursor, flags & 0x03)), place);
  addLink(links, name, readTarget(file, cursor, type, place), cursor);
}

/** Throws `unsupported-hdf5` where a Link Info message says that links lie in a fractal heap (IV.A.2.c). */
export function checkLinkInfo(file: FileAccess, message: HeaderMessage, place: string): void {
  const cursor = openMessage(file, message, place);
  expectVersion(cursor, [0], "a link info message");
  if ((cursor.uint8() & 0x01) !== 0) cursor.skip(8);
  if (readAddress(cursor, file.widths) === undefined) return;
  cursor.fail("unsupported-hdf5", "found a group with densely stored links, wanted a symbol table");
}

function readTarget(file: FileAccess, cursor: Cursor, type: number, place: string): Link {
  if (type === 0) return { kind: "hard", address: readDefinedAddress(cursor, file.widths, "an object") };
  const value = cursor.bytes(cursor.uint16());
  if (type === 1) return { kind: "soft", target: decodeUtf8(value, place) };
  // An external link's value: a byte of version and flags, then the file's name and the object's path.
  if (type === 64) return { kind: "external", target: decodeUtf8(value.subarray(1), place) };
  return { kind: "user-defined", target: `type ${type}` };
}

/** A length of 1, 2, 4 or 8 bytes. */
function readSized(cursor: Cursor, log2Bytes: number): number {
  if (log2Bytes === 0) return cursor.uint8();
  if (log2Bytes === 1) return cursor.uint16();
  return log2Bytes === 2 ? cursor.uint32() : cursor.uint64();
}
