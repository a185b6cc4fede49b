// npm run kernels:export -- DIR [NAME…]: writes the WebGPU kernels of every primitive (or of those named) as folders that need nothing of this repository:
//   NAME/manifest.json   names, and for every tested case the dispatches on each class of adapters: shader, bindings, uniforms, grid, features
//   NAME/shaders/*.wgsl  the text of each configuration
//   NAME/vectors/*.bin   inputs and expected results of each case, little-endian
//   NAME/bench.json      sizes to be timed, with their operations and bytes
//   run.mjs              runs all of it on any WebGPU device
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { primitivesOf } from "../cases.ts";
import { kernelFolder } from "./folder.ts";

const [target, ...names] = process.argv.slice(2);
const primitives = [...primitivesOf(tensor), ...primitivesOf(nn)];
const unknown = names.find((name) => !primitives.some((primitive) => primitive.name === name));
if (target === undefined || unknown !== undefined) {
  const known = primitives.map(({ name }) => name).join(", ");
  console.error(
    target === undefined
      ? "kernels:export: must be given a folder: npm run kernels:export -- DIR [NAME…]."
      : `kernels:export: must be given names of primitives (${known}); got "${unknown}".`,
  );
  process.exit(2);
}
if (existsSync(target) && readdirSync(target).length > 0) {
  console.error(
    `kernels:export: ${target} must be empty or not there yet; it holds ${readdirSync(target).length} files.`,
  );
  process.exit(2);
}
let written = 0;
for (const primitive of primitives.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const files = await kernelFolder(primitive);
  if (!files) continue;
  for (const [path, content] of files) {
    const file = join(target, primitive.name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  written++;
}
copyFileSync(fileURLToPath(new URL("run.mjs", import.meta.url)), join(target, "run.mjs"));
console.log(`${written} kernels in ${target}`);
