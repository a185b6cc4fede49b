#!/usr/bin/env node
// with-gpu CMD ARGS: runs a command with a WebGPU driver in its environment (see gpu-env.mjs) and ends as the command ended;
// a command killed by a signal ends non-zero.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { gpuEnv } from "./gpu-env.mjs";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error("with-gpu: needs a command. Usage: with-gpu CMD [ARGS…]");
  process.exit(2);
}
const child = spawn(command, args, {
  stdio: "inherit",
  env: { ...process.env, ...gpuEnv() },
  shell: process.platform === "win32", // npm's commands are .cmd files there
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`with-gpu: cannot start "${command}": ${error.message}`);
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal ? (constants.signals[signal] ?? 1) : 1)));
