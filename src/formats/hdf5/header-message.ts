import type { Cursor } from "../cursor.js";

/** A message as it stands in an object header, or within an attribute: a body, or a pointer to one. */
export interface StoredMessage {
  readonly type: number;
  /** Whether the body is a pointer to a message that several objects share. */
  readonly shared: boolean;
  readonly body: Cursor;
}

/** One message of an object header, unparsed. */
export interface HeaderMessage extends StoredMessage {
  /** When it was written among its likes; 0 where the header does not keep that. */
  readonly creationIndex: number;
}
