#!/usr/bin/env node
// The `mamba2` command: finds the command, runs it, prints its result or one sentence about what failed.
// Exit codes: 0 done, 1 failed, 2 the command line was wrong.
import { TensorError } from "@x/tensor";
import { type Command, commandHelp, type Io, parseOptions, UsageError } from "./command.ts";
import { convertCommand } from "./convert.ts";
import { generateCommand } from "./generate.ts";
import { infoCommand } from "./info.ts";
import { initCommand } from "./init.ts";
import { logitsCommand } from "./logits.ts";
import { lossCommand } from "./loss.ts";
import { trainCommand } from "./train.ts";

const COMMANDS: readonly Command[] = [trainCommand, generateCommand, logitsCommand, lossCommand, convertCommand, infoCommand, initCommand];

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "mamba2 COMMAND [options]: train and run Mamba-2 language models",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "mamba2 COMMAND --help shows a command's options.",
  ].join("\n");
}

/** Runs one command line; returns the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const io: Io = {
    json,
    print: (text) => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => process.stderr.write(`${text}\n`),
  };
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === "help" || name === "--help") {
      process.stdout.write(`${help()}\n`);
      return name === undefined ? 2 : 0;
    }
    const command = COMMANDS.find((known) => known.name === name);
    if (!command) throw new UsageError(`mamba2: the command must be one of ${COMMANDS.map((known) => known.name).join(", ")}; got "${name}".`);
    const options = parseOptions(command, rest);
    if (options.flag("help")) {
      process.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    const result = await command.run(options, io);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    return fail(error, json);
  }
}

function fail(error: unknown, json: boolean): number {
  const known = error instanceof TensorError || error instanceof UsageError;
  const kind = known ? error.kind : error instanceof Error ? error.name : "Error";
  const message = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: { kind, message } })}\n`);
  process.stderr.write(`${known || process.env["DEBUG"] === undefined ? message : (error as Error).stack}\n`);
  return error instanceof UsageError ? 2 : 1;
}

process.exitCode = await run(process.argv.slice(2));
