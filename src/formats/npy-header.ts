import type { Cursor } from "./cursor.js";
import { printable } from "./printable.js";
import { decodeUtf8 } from "./utf8.js";

/** What the header of an NPY file says, in NumPy's words. */
export interface NpyHeader {
  /** The dtype string, such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** Characters of the header that are read, as NumPy's `max_header_size` (numpy/lib/format.py, 2.x). */
const longestHeader = 10_000;
/** Bytes before the values at most: magic, version, length and header. */
export const mostHeaderBytes: number = 12 + longestHeader;
/** NPY_MAXDIMS of NumPy 2. */
export const mostAxes = 64;

/**
 * Reads the header of an NPY file, versions 1.0, 2.0 and 3.0 (NEP 1), and leaves the cursor at the values. The header
 * is a Python dict literal with exactly the keys `descr`, `fortran_order` and `shape`; nothing is evaluated. Throws
 * `unknown-format` for another magic, `unsupported-format` for another version or a structured dtype, `corrupt` for any
 * other header.
 */
export function readNpyHeader(cursor: Cursor): NpyHeader {
  const magic = cursor.length < 6 ? "" : String.fromCharCode(...cursor.bytes(6));
  if (magic !== "\x93NUMPY") {
    cursor.seek(0);
    cursor.fail("unknown-format", "found no NumPy array, wanted one that begins with \\x93NUMPY");
  }
  const major = cursor.uint8();
  const minor = cursor.uint8();
  if (major < 1 || major > 3 || minor !== 0) {
    cursor.fail("unsupported-format", `found version ${major}.${minor} of NPY, wanted 1.0, 2.0 or 3.0`);
  }
  const length = major === 1 ? cursor.uint16() : cursor.uint32();
  if (length > longestHeader) {
    cursor.fail("limit", `found a header of ${length} bytes, wanted at most ${longestHeader}`);
  }
  const start = cursor.position;
  const bytes = cursor.bytes(length);
  const text =
    major === 3 ? decodeUtf8(bytes, cursor.name, "corrupt", cursor.base + start) : String.fromCharCode(...bytes);
  return parseNpyHeader(text, (code, message, at) => {
    cursor.seek(Math.min(start + at, cursor.length));
    return cursor.fail(code, message);
  });
}

/** `'key': value`, with the comma after it, where the value is a string, a boolean, a tuple or the `[` of a list. */
const entryPattern =
  /\s*(['"])(\w+)\1\s*:\s*(?:(?:(['"])([^'"\\]*)\3|(True|False)|(\([\d,L \t\r\n]*\)))\s*(?:,|(?=\}))|(\[))/y;

/** A tuple of integers without its blanks; those that Python 2 wrote may end in `L`. */
const tuplePattern = /^\((?:|\d+L?,|\d+L?(?:,\d+L?)+,?)\)$/;

function parseNpyHeader(
  text: string,
  fault: (code: "corrupt" | "unsupported-format", message: string, at: number) => never,
): NpyHeader {
  const wanted = "wanted a dict of descr, fortran_order and shape";
  const opening = /^\s*\{/.exec(text)?.[0].length ?? fault("corrupt", `found no opening brace, ${wanted}`, 0);
  let at = opening;
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: number[] | undefined;
  while (!/^\s*\}\s*$/.test(text.slice(at))) {
    entryPattern.lastIndex = at;
    const match = entryPattern.exec(text);
    if (match === null) return fault("corrupt", `found a header that is damaged, ${wanted}`, at);
    const [, , key, , string, boolean, tuple, list] = match;
    if (key === "descr" && list !== undefined) {
      return fault("unsupported-format", "found a structured dtype, wanted one of numbers or text", at);
    }
    if (key === "descr" && descr === undefined && string !== undefined) descr = string;
    else if (key === "fortran_order" && fortranOrder === undefined && boolean !== undefined) {
      fortranOrder = boolean === "True";
    } else if (key === "shape" && shape === undefined && tuple !== undefined) {
      shape =
        parseShape(tuple) ??
        fault("corrupt", `found ${printable(tuple, 80)} as shape, wanted a tuple of at most ${mostAxes} sizes`, at);
    } else
      return fault("corrupt", `found another or a second "${printable(key ?? "", 80)}" in the header, ${wanted}`, at);
    at = entryPattern.lastIndex;
  }
  if (descr === undefined || fortranOrder === undefined || shape === undefined) {
    return fault("corrupt", `found a header that lacks one of its keys, ${wanted}`, at);
  }
  return { descr, fortranOrder, shape };
}

function parseShape(tuple: string): number[] | undefined {
  const compact = tuple.replaceAll(/\s/g, "");
  if (!tuplePattern.test(compact)) return undefined;
  const shape = (compact.match(/\d+/g) ?? []).map(Number);
  return shape.length <= mostAxes && shape.every(Number.isSafeInteger) ? shape : undefined;
}
