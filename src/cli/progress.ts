/** One line on the terminal that says what is being done. */
export interface Progress {
  /** Replaces the line. */
  show(text: string): void;
  /** Takes the line away, so that other text may be printed. */
  clear(): void;
}

/** The part of a stream that progress needs. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two rewritings of the line. */
const interval = 80;

/** Writes to the standard error where that is a terminal, and nothing at all elsewhere. */
export function openProgress(stream: ProgressStream = process.stderr): Progress {
  if (!stream.isTTY || process.env["TERM"] === "dumb") return { show: () => {}, clear: () => {} };
  let shown = false;
  let last = 0;
  return {
    show(text) {
      const now = performance.now();
      if (shown && now - last < interval) return;
      const width = Math.max(10, (stream.columns || 80) - 1);
      stream.write(`\r\x1b[2K${text.replaceAll(/\p{Cc}/gu, "?").slice(0, width)}`);
      shown = true;
      last = now;
    },
    clear() {
      if (shown) stream.write("\r\x1b[2K");
      shown = false;
    },
  };
}
