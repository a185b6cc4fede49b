// One command line: finds the command, runs it, prints its result or one sentence about what failed.
import { TensorError } from "@x/tensor/core";
import { type Io, parseOptions, UsageError } from "./command.ts";
import { commandHelp } from "./command-help.ts";
import { COMMANDS } from "./commands.ts";
import { checkHubOptions } from "./model-location.ts";

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

/** Runs one command line. @returns the exit code: 0 done, 1 failed, 2 the command line was wrong */
export async function runCommand(args: readonly string[]): Promise<number> {
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
    if (!command)
      throw new UsageError(
        `mamba2: the command must be one of ${COMMANDS.map((known) => known.name).join(", ")}; got "${name}".`,
      );
    const options = parseOptions(command, rest);
    if (options.flag("help")) {
      process.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    checkHubOptions(options);
    const result = await command.run(options, io);
    for (const unread of options.unread)
      if (unread !== "json") io.note(`${command.name}: --${unread} had no effect here.`);
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
