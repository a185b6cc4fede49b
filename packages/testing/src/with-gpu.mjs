#!/usr/bin/env node
// with-gpu CMD ARGS: runs a command with a WebGPU driver in its environment (see gpu-env.mjs) and ends as the command ended;
// a command killed by a signal ends non-zero.
import { runInForeground } from "./foreground.mjs";
import { gpuEnv } from "./gpu-env.mjs";

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error("with-gpu: needs a command. Usage: with-gpu CMD [ARGS…]");
  process.exitCode = 2;
} else {
  process.exitCode = await runInForeground(command, args, { env: gpuEnv() });
}
