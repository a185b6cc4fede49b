#!/usr/bin/env node
// The `mamba2` command. Exit codes: those of a command line, and 141: stdout was closed.
import { runCommand } from "./run-command.ts";

/** What a shell reports of a program that wrote to a closed pipe. */
const BROKEN_PIPE = 141;

/**
 * What reads the output may go away (`mamba2 generate … | head`), and a disk may be full. Without stdout there is nothing left to do; without stderr a run goes on: it
 * loses its remarks, not what it has learned.
 */
function onClosedOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE")
      process.stderr.write(
        `mamba2: must be able to write to stdout; ${error.code === "ENOSPC" ? "the disk is full" : error.message}.\n`,
      );
    process.exit(error.code === "EPIPE" ? BROKEN_PIPE : 1);
  });
  process.stderr.on("error", () => undefined);
}

onClosedOutput();
process.exitCode = await runCommand(process.argv.slice(2));
