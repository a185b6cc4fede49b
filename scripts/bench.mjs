// npm run bench -- OPTIONS: the bench without a page, in Node through Dawn. Uses the machine's own GPU where Dawn finds one, else
// SwiftShader from npm. A driver must be in the environment of a process from its start: hence a script of its own.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runInForeground } from "../packages/testing/src/foreground.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { fromSource } from "./workspace.mjs";

const local = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
if (process.env["X_GPU"] === undefined && spawnSync(process.execPath, [local("has-gpu.mjs")]).status === 0)
  process.env["X_GPU"] = "native";
const main = local("../apps/bench/src/node/main.ts");
process.exitCode = await runInForeground(process.execPath, [...fromSource, main, ...process.argv.slice(2)], {
  env: gpuEnv(),
});
