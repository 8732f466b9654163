import { type ErrorCode, KerasProofError } from "../../errors.js";
import { Cursor } from "../cursor.js";
import type { FileAccess } from "./file-access.js";

/**
 * A cursor over the bytes at an address; `truncated` where they do not lie within the file. Only within
 * `PagedBytes.run`.
 */
export function openAt(file: FileAccess, address: number, length: number, place: string): Cursor {
  const start = file.base + address;
  checkInFile(file, start, length, place);
  return new Cursor(file.pages.bytes(start, length, place), place, start);
}

/** The same over bytes that are looked at and not kept, not even a view on them. */
export function peekAt(file: FileAccess, address: number, length: number, place: string): Cursor {
  const start = file.base + address;
  checkInFile(file, start, length, place);
  return new Cursor(file.pages.view(start, length, place), place, start);
}

/** Throws `truncated` unless a stretch of the source lies within the file. */
export function checkInFile(file: FileAccess, start: number, length: number, place: string): void {
  if (Number.isSafeInteger(start + length) && start + length <= file.end) return;
  const message = `found a file that ends at byte ${file.end}, wanted ${length} bytes`;
  throw new KerasProofError("truncated", place, message, { offset: start });
}

/** Throws an error about the structure at an address as a whole. */
export function failAt(file: FileAccess, address: number, place: string, code: ErrorCode, message: string): never {
  throw new KerasProofError(code, place, message, { offset: file.base + address });
}
