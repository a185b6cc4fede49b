// npm run check:fixtures -- DIR [--device cpu|webgpu] [--kind KIND] [--json]: runs a folder of golden data through the library (see
// packages/testing/src/check-fixtures). A driver must be in the environment of a process from its start: hence a script of its own.
import { runInForeground } from "../packages/testing/src/foreground.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { fromSource } from "./workspace.mjs";

const args = process.argv.slice(2);
const needsGpu = args.some((arg, i) => arg === "--device=webgpu" || (arg === "--device" && args[i + 1] === "webgpu"));
const program = "packages/testing/src/check-fixtures/main.ts";
process.exitCode = await runInForeground(process.execPath, [...fromSource, program, ...args], {
  env: needsGpu ? gpuEnv() : {},
});
