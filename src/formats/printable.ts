import { escapeControls } from "../errors.js";

/**
 * Text from a file, fit for one line of an error message: control and format characters and lone surrogates as
 * `\u….` escapes, and all after the first `limit` UTF-16 code units as `…`.
 */
export function printable(text: string, limit = 200): string {
  return escapeControls(text.length > limit ? `${text.slice(0, limit)}…` : text);
}
