import { open, writeFile } from "node:fs/promises";
import { KerasProofError } from "../errors.js";
import { jsonPieces } from "../report/json.js";
import { formatSafeLine, plainStyle, terminalStyle, type TextStyle } from "../report/text-style.js";

/** How a report is written. */
export type ReportFormat = "text" | "json" | "markdown" | "html";

/** Where the report of a command goes. */
export interface Output {
  readonly format: ReportFormat;
  readonly style: TextStyle;
  /** True where the report and the standard error are seen on one terminal, so that nothing need be said on both. */
  readonly beside: boolean;
  /** Prints lines at once, or keeps them for the file; control characters are escaped. */
  writeLines(lines: readonly string[]): void;
  /** Writes piece after piece: what is printed waits until it is taken, so that only one lies in memory. */
  writeJson(report: object): Promise<void>;
  /** Prints a document as it is, in which control characters have been escaped already. */
  writeDocument(text: string): void;
  /** Writes the file, where there is one. Throws `output-not-written`. */
  close(): Promise<void>;
}

/**
 * Opens the standard output, or a file, which is tried at once (and made empty where it was missing), so that no long
 * run ends with nowhere to write. Throws `output-not-written`.
 */
export async function openOutput(path: string | undefined, format: ReportFormat): Promise<Output> {
  const parts: string[] = [];
  const write = (text: string): void => {
    if (path === undefined) process.stdout.write(text);
    else parts.push(text);
  };
  if (path !== undefined) await tryWriting(path, "opening it for writing", async () => (await open(path, "a")).close());
  const onTerminal = path === undefined && process.stdout.isTTY;
  const colors = onTerminal && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return {
    format,
    style: colors ? terminalStyle : plainStyle,
    beside: onTerminal && process.stderr.isTTY,
    writeLines: (lines) => {
      write(lines.map((line) => `${formatSafeLine(line)}\n`).join(""));
    },
    writeJson: async (report) => {
      for (const piece of jsonPieces(report)) {
        if (path === undefined) await new Promise((resolve) => process.stdout.write(piece, resolve));
        else parts.push(piece);
      }
    },
    writeDocument: write,
    close: async () => {
      if (path !== undefined) await tryWriting(path, "writing to it", async () => writeFile(path, parts));
    },
  };
}

async function tryWriting(path: string, what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
    const found = code === "ENOENT" ? "no such folder" : `${code} on ${what}`;
    const message = `found ${found}, wanted a file that can be written`;
    throw new KerasProofError("output-not-written", path, message, { cause: error });
  }
}
