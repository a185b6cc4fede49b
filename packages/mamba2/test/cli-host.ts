// A process that runs one command line after another, for tests: it starts once, and later ones find its code compiled.
import { runCommand } from "../src/cli/run-command.ts";

export interface CommandLine {
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const text = { stdout: "", stderr: "" };
for (const name of ["stdout", "stderr"] as const)
  process[name].write = (chunk: string | Uint8Array) => {
    text[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  };

process.on("message", async ({ args, folder, env }: CommandLine) => {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name];
  Object.assign(process.env, env);
  const code = await runCommand(args);
  process.send!({ code, ...text });
  text.stdout = text.stderr = "";
});
