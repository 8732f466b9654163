import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import { printable } from "../printable.js";
import { expectVersion, type NumberWidths, readUnsigned } from "./file-access.js";
import { readTerminated } from "./local-heap.js";

/** Where a name in a group leads: to an object of this file, to a path in it, or elsewhere. */
export type Link =
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft" | "user-defined"; readonly target: string }
  /** The file that it leads to, and the path in that. */
  | { readonly kind: "external"; readonly file: string; readonly target: string };

/** A group's links by name, in the order in which the group lists them. */
export type Links = ReadonlyMap<string, Link>;

/** A link as a group of the newer kind stores it. */
export interface NamedLink {
  readonly name: string;
  readonly link: Link;
  /** When it was created among the links of its group; 0 where the file does not keep that. */
  readonly creationIndex: number;
}

/** Adds a link; a name that is empty, has a slash or is there already is `corrupt`. */
export function addLink(links: Map<string, Link>, name: string, link: Link, cursor: Cursor): void {
  if (name === "" || name.includes("/")) {
    cursor.fail("corrupt", `found the link name "${printable(name)}", wanted one without slashes`);
  }
  if (links.has(name)) cursor.fail("corrupt", `found the link name "${printable(name)}" twice, wanted it once`);
  links.set(name, link);
}

/**
 * The address of a link's object, as near as a number can hold it: one that is beyond every file, or undefined, is no
 * concern of the other links of a group.
 */
export function readLinkAddress(cursor: Cursor, widths: NumberWidths): number {
  if (widths.offsets === 8) return cursor.uint32() + 2 ** 32 * cursor.uint32();
  return widths.offsets === 4 ? cursor.uint32() : cursor.uint16();
}

/** Reads a Link message (specification, IV.A.2.g). */
export function readLink(cursor: Cursor, widths: NumberWidths): NamedLink {
  expectVersion(cursor, [1], "a link message");
  const flags = cursor.uint8();
  const type = (flags & 0x08) === 0 ? 0 : cursor.uint8();
  const creationIndex = (flags & 0x04) === 0 ? 0 : readUnsigned(cursor, 8);
  // The character set.
  if ((flags & 0x10) !== 0) cursor.skip(1);
  const name = decodeText(cursor.bytes(readUnsigned(cursor, 1 << (flags & 0x03))), cursor.name);
  return { name, creationIndex, link: readTarget(cursor, widths, type) };
}

function readTarget(cursor: Cursor, widths: NumberWidths, type: number): Link {
  if (type === 0) return { kind: "hard", address: readLinkAddress(cursor, widths) };
  const value = cursor.window(cursor.uint16());
  if (type === 1) return { kind: "soft", target: decodeText(value.bytes(value.length), value.name) };
  if (type !== 64) return { kind: "user-defined", target: `type ${type}` };
  // Version and flags.
  value.skip(1);
  const file = decodeText(readTerminated(value), value.name);
  return { kind: "external", file, target: decodeText(readTerminated(value), value.name) };
}
