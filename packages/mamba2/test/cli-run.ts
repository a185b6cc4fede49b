// The command line for tests: in one process that runs line after line, or in a process of its own.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "vitest";
import { bundleProgram } from "@x/testing/bundle";
import type { CommandLine } from "./cli-host.ts";

const program = await bundleProgram(join(import.meta.dirname, "../src/cli/main.ts"));
const hostProgram = await bundleProgram(join(import.meta.dirname, "cli-host.ts"));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  /** In a process of its own: for signals, standard input, and what goes on beside other commands. */
  start(args: readonly string[]): { readonly process: ChildProcess; readonly result: Promise<Result> };
  /** In a process where other commands have run, one at a time. */
  run(...args: readonly string[]): Promise<Result>;
  /** Runs with --json and gives the object on the last line. */
  json(...args: readonly string[]): Promise<Record<string, unknown>>;
  /** Runs what must fail and gives its exit code and error. */
  failure(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly kind: string; readonly message: string }>;
}

/** Training of seconds on a text `a.txt`. */
export const shortTraining: readonly string[] = [
  "train",
  "--text",
  "a.txt",
  "--batch",
  "2",
  "--length",
  "16",
  "--device",
  "cpu",
  "--validate-every",
  "2",
];

let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs a command line in the process that all tests of a worker share, after those before it. */
function runInHost(line: CommandLine): Promise<Result> {
  const result = last.then(async () => {
    host ??= fork(hostProgram, { stdio: "inherit" });
    const running = host;
    const ended = new AbortController();
    const died = once(running, "exit", { signal: ended.signal }).then(([code, signal]) => {
      host = undefined;
      throw new Error(`The process of command lines ended with ${signal ?? code}: ${line.args.join(" ")}`);
    });
    running.ref();
    running.send(line);
    try {
      const [answer] = await Promise.race([once(running, "message", { signal: ended.signal }), died]);
      return answer as Result;
    } finally {
      running.unref();
      ended.abort();
    }
  });
  last = result.catch(() => undefined);
  return result;
}

/** The command in a folder, which may be made later. With an `environment` of its own, every line has its own process too: some variables are read once. */
export function cliIn(folder: () => string, environment?: Readonly<Record<string, string>>): Cli {
  const start: Cli["start"] = (args) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder(),
      env: { ...process.env, ...environment },
    });
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (chunk: string) => (text[name] += chunk));
    const result = new Promise<Result>((resolve) => child.on("close", (code) => resolve({ code, ...text })));
    return { process: child, result };
  };
  const run: Cli["run"] = (...args) =>
    environment ? start(args).result : runInHost({ args, folder: folder(), env: { ...process.env } });
  return {
    start,
    run,
    async json(...args) {
      const { code, stdout, stderr } = await run(...args, "--json");
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as Record<string, unknown>;
    },
    async failure(...args) {
      const { code, stdout, stderr } = await run(...args, "--json");
      const { error } = JSON.parse(stdout) as { readonly error: { readonly kind: string; readonly message: string } };
      expect(stderr).toContain(error.message);
      expect(stderr).not.toMatch(/^\s+at /m); // a sentence, no stack
      return { code, ...error };
    },
  };
}
