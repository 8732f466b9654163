/**
 * Text from a file, fit for one line of an error message: control and format characters and lone surrogates as
 * `\u….` escapes, and all after the first `limit` UTF-16 code units as `…`.
 */
export function printable(text: string, limit = 200): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return shown.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
}
