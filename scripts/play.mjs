// npm run play: a prompt with everything imported, from source: `await (tensor([1, 2]).mul(3)).toArray()`. All exports of @x/tensor, @x/nn and @x/mamba2 are names there; the kernel packages
// are `wgsl` and `wasm`. On the software driver of the tests where there is no other (see X_GPU in CONTRIBUTING.md).
import { start } from "node:repl";
import { fromSource, run } from "./workspace.mjs";

if (!process.execArgv.includes("--conditions=@x/source")) {
  const wrapped = ["packages/testing/src/with-gpu.mjs", process.execPath, ...fromSource, process.argv[1] ?? ""];
  const { status } = run(process.execPath, wrapped, { stdin: "inherit" });
  process.exit(status);
}
const names = {
  tensor: "@x/tensor",
  nn: "@x/nn",
  mamba2: "@x/mamba2",
  wgsl: "@x/kernels-wgsl",
  wasm: "@x/kernels-wasm",
};
const modules = Object.fromEntries(
  await Promise.all(Object.entries(names).map(async ([name, specifier]) => [name, await import(specifier)])),
);
const device = await modules.tensor.defaultDevice();
console.log(
  `device: ${device.description.replace(/\.+$/, "")}.\nEverything of @x/tensor, @x/nn and @x/mamba2 is there; .exit ends.`,
);
const { context } = start({ prompt: "x> " });
Object.assign(context, modules.mamba2, modules.nn, modules.tensor, { wgsl: modules.wgsl, wasm: modules.wasm, device });
