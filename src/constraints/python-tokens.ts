/** White space, and then one token; what is none of them is `other`. */
const token =
  /\s*(?:(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>[-+()[\]{},:=])|(?<end>$)|(?<other>[^]))/y;

/** A piece of a Python expression. */
export interface PythonToken {
  readonly kind: "number" | "name" | "string" | "sign" | "end";
  readonly text: string;
  /** Counted from 1. */
  readonly at: number;
}

/** Cuts an expression into tokens, an `end` last; `fail` throws at the first character that begins none. */
export function tokenizePython(
  text: string,
  fail: (found: string, wanted: string, at: number) => never,
): PythonToken[] {
  const tokens: PythonToken[] = [];
  token.lastIndex = 0;
  for (;;) {
    const { groups = {} } = token.exec(text)!;
    const kind = (["number", "name", "string", "sign", "end"] as const).find((one) => groups[one] !== undefined);
    const found = groups[kind ?? "other"]!;
    const at = token.lastIndex - found.length + 1;
    if (kind === undefined) return fail(JSON.stringify(found), "a call such as max_norm(3, axis=0)", at);
    tokens.push({ kind, text: found, at });
    if (kind === "end") return tokens;
  }
}

/** A token as an error shows it. */
export function formatToken({ kind, text }: PythonToken): string {
  return kind === "end" ? "the end" : JSON.stringify(text);
}
