import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import type { Link } from "./link.js";
import { type NumberWidths, readRounded, readUnsigned } from "./number-widths.js";
import { expectVersion } from "./structure-frame.js";
import { readTerminated } from "./terminated-text.js";

/** A link as a group of the newer kind stores it. */
export interface NamedLink {
  readonly name: string;
  readonly link: Link;
  /** When it was created among the links of its group; 0 where the file does not keep that. */
  readonly creationIndex: number;
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
  if (type === 0) return { kind: "hard", address: readRounded(cursor, widths.offsets) };
  const value = cursor.window(cursor.uint16());
  if (type === 1) return { kind: "soft", target: decodeText(value.bytes(value.length), value.name) };
  if (type !== 64) return { kind: "user-defined", target: `type ${type}` };
  // And flags, of which there are none.
  expectVersion(value, [0], "an external link");
  const file = decodeText(readTerminated(value), value.name);
  return { kind: "external", file, target: decodeText(readTerminated(value), value.name) };
}
