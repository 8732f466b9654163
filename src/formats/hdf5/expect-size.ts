import type { Cursor } from "../cursor.js";

/** Throws `corrupt` where something, that `what` names, has another size than it must have. */
export function expectSize(cursor: Cursor, what: string, found: number, wanted: number): void {
  if (found !== wanted) cursor.fail("corrupt", `found ${what} of ${found} bytes, wanted ${wanted}`);
}
