import type { Cursor } from "../cursor.js";
import { decodeText } from "../escaped-text.js";
import type { StoredMessage } from "./header-message.js";
import { dataspaceMessage, datatypeMessage } from "./message-type.js";
import { expectVersion } from "./structure-frame.js";
import { readTerminated } from "./terminated-text.js";

/** One attribute of an object, its values not decoded. */
export interface StoredAttribute {
  readonly name: string;
  readonly datatype: StoredMessage;
  readonly dataspace: StoredMessage;
  /** The bytes of its values, and whatever follows. */
  readonly values: Cursor;
}

/** Reads an Attribute message of version 1, 2 or 3 (specification, IV.A.2.m). */
export function readAttributeMessage(cursor: Cursor): StoredAttribute {
  const version = expectVersion(cursor, [1, 2, 3], "an attribute");
  // From version 2 on: whether the datatype and the dataspace are shared.
  const flags = version === 1 ? 0 : cursor.uint8();
  if (version === 1) cursor.skip(1);
  const nameLength = cursor.uint16();
  const typeLength = cursor.uint16();
  const spaceLength = cursor.uint16();
  // The character set of the name.
  if (version === 3) cursor.skip(1);
  // The parts of version 1 are padded.
  const alignment = version === 1 ? 8 : 1;
  const part = (length: number): Cursor => {
    const window = cursor.window(length);
    cursor.skip(Math.ceil(length / alignment) * alignment - length);
    return window;
  };
  const name = decodeText(readTerminated(part(nameLength)), cursor.name);
  const datatype = { type: datatypeMessage, shared: (flags & 0x01) !== 0, body: part(typeLength) };
  const dataspace = { type: dataspaceMessage, shared: (flags & 0x02) !== 0, body: part(spaceLength) };
  return { name, datatype, dataspace, values: cursor.window(cursor.remaining) };
}
