#!/usr/bin/env node
import { KerasProofError } from "../errors.js";
import { reportFailure } from "./failure.js";
import { runCommandLine } from "./run-command.js";

/** A reader that went away (`kerasproof … | head`) is no failure of this program; a full disk is. */
function endOnFullOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  const message = `found ${error.code ?? error.message} on writing to it, wanted room for the report`;
  process.exit(reportFailure(new KerasProofError("output-not-written", "standard output", message)));
}

process.stdout.on("error", endOnFullOutput);
process.stderr.on("error", () => process.exit());
process.on("uncaughtException", (error) => {
  process.exit(reportFailure(error));
});

process.exitCode = await runCommandLine(process.argv.slice(2));
