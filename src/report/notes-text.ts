import type { Note, Problem } from "../errors.js";

/** Notes in lines of their own after an empty one; nothing where there are none. */
export function formatNotes(notes: readonly Note[]): string[] {
  return notes.length === 0 ? [] : ["", ...notes.map(formatNote)];
}

/** `note: place: what there is to know`. */
export function formatNote({ path, message }: Note | Problem): string {
  return `note: ${path}: ${message}`;
}
