// The command line in processes of their own, for tests.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { bundleProgram } from "@x/testing/bundle";

const program = await bundleProgram(join(import.meta.dirname, "../src/cli/main.ts"));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  start(args: readonly string[]): { readonly process: ChildProcess; readonly result: Promise<Result> };
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

/** The command in a folder, which may be made later; `environment` has variables beside those of this process. */
export function cliIn(folder: () => string, environment: Readonly<Record<string, string>> = {}): Cli {
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
  const run: Cli["run"] = (...args) => start(args).result;
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
