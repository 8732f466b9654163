import { printable } from "./printable.js";

/** What the scanner found wrong; the parser adds the place in the document. */
type JsonFault = (message: string, at: number) => never;

/** A text and how far it has been read, in UTF-16 code units. */
export interface JsonScanner {
  readonly text: string;
  position: number;
  /** True where the text is JSON as RFC 8259 has it, without what Python adds; see `parseStrictJson`. */
  readonly strict: boolean;
  readonly fault: JsonFault;
}

/** Moves past blanks and gives the next character, or `""` at the end. */
export function peekToken(scanner: JsonScanner): string {
  const { text } = scanner;
  let at = scanner.position;
  while (isBlank(text.charCodeAt(at))) at += 1;
  scanner.position = at;
  return text.charAt(at);
}

/** Reads a string from its opening quote; escapes as JSON has them, lone surrogates as Python keeps them unless strict. */
export function readString(scanner: JsonScanner): string {
  const opening = scanner.position;
  const value = readCharacters(scanner);
  if (!scanner.strict || !/\p{Surrogate}/u.test(value)) return value;
  return scanner.fault("found half of a surrogate pair, wanted both", opening);
}

function readCharacters(scanner: JsonScanner): string {
  const { text } = scanner;
  if (peekToken(scanner) !== '"') return expected(scanner, "a string in double quotes");
  const opening = scanner.position;
  let value = "";
  let start = opening + 1;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      scanner.position = at + 1;
      return value + text.slice(start, at);
    }
    if (code === backslash) {
      scanner.position = at;
      value += text.slice(start, at) + readEscape(scanner);
      start = scanner.position;
      at = start - 1;
    } else if (!(code >= 0x20)) {
      if (at >= text.length) return scanner.fault("found a string without end, wanted a closing quote", opening);
      return scanner.fault(`found the control character ${printable(text.charAt(at))}, wanted it escaped`, at);
    }
  }
}

/**
 * Reads a number, `NaN`, `Infinity`, `-Infinity`, `true`, `false` or `null`. As in Python, the integer `-0` is 0 and a
 * decimal beyond the range of float64 is infinite; a strict text has neither the words nor such a decimal, and its `-0`
 * stays -0. An integer that float64 cannot hold exactly is a fault.
 */
export function readScalar(scanner: JsonScanner): number | boolean | null {
  const { text, position, strict } = scanner;
  numberPattern.lastIndex = position;
  const number = numberPattern.exec(text);
  if (number !== null) {
    scanner.position = numberPattern.lastIndex;
    const [literal, decimals] = number;
    if (decimals === "") return strict && literal === "-0" ? -0 : exactInteger(scanner, literal, position);
    const value = Number(literal);
    if (!strict || Number.isFinite(value)) return value;
    return scanner.fault(`found the number ${printable(literal, 40)}, wanted one within float64`, position);
  }
  for (const [word, value] of strict ? plainWords : words) {
    if (!text.startsWith(word, position)) continue;
    scanner.position = position + word.length;
    return value;
  }
  return expected(scanner, "a value");
}

/** Faults with what stands at the position. */
export function expected(scanner: JsonScanner, wanted: string): never {
  const { text, position } = scanner;
  const next = text.codePointAt(position);
  const found = next === undefined ? "the end of the text" : `"${printable(String.fromCodePoint(next))}"`;
  return scanner.fault(`found ${found}, wanted ${wanted}`, position);
}

const quote = 0x22;
const backslash = 0x5c;
const numberPattern = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/y;

const plainWords: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

const words: readonly (readonly [string, number | boolean | null])[] = [
  ...plainWords,
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
];

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function readEscape(scanner: JsonScanner): string {
  const { text, position } = scanner;
  const letter = text.charAt(position + 1);
  const simple = escapes.get(letter);
  if (simple !== undefined) {
    scanner.position = position + 2;
    return simple;
  }
  const digits = text.slice(position + 2, position + 6);
  if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) {
    const found = printable(text.slice(position, position + (letter === "u" ? 6 : 2)));
    return scanner.fault(`found the escape ${found}, wanted one of JSON's`, position);
  }
  scanner.position = position + 6;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** More digits than any integer that float64 holds. */
const mostDigits = 310;

function exactInteger(scanner: JsonScanner, literal: string, at: number): number {
  const value = Number(literal);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (literal.length <= mostDigits && Number.isFinite(value) && BigInt(literal) === BigInt(value)) return value;
  return scanner.fault(`found the integer ${printable(literal, 40)}, wanted one that float64 holds exactly`, at);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
