import type { Cursor } from "../cursor.js";
import type { FileAccess } from "./file-access.js";
import type { StoredMessage } from "./header-message.js";
import { rareParts } from "./on-demand.js";

/**
 * A fresh cursor over a message's body. A body that several objects share is fetched from where it lies: the header of
 * a committed datatype, or the heap of shared messages. One that is shared there in turn is `corrupt`, so a loop
 * cannot be followed. Only within `PagedBytes.run`.
 */
export function openMessage(file: FileAccess, message: StoredMessage, place: string): Cursor {
  const { body } = message;
  body.seek(0);
  const cursor = body.window(body.length, place);
  return message.shared ? rareParts().followShared(file, cursor, message.type) : cursor;
}
