#!/usr/bin/env node
import { runCommandLine } from "./run-command.js";

// A reader that went away (`kerasproof … | head`) is no failure of this program.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2));
