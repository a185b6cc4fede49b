// npm run new:kernel NAME — scaffolds a fused op that passes every check at once: a kernel with its README in @x/kernels-wgsl and a primitive
// with reference and cases in @x/nn, their export lines, and their lines in the table of example arguments. The op it computes, y = scale·x, is there to be replaced.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const name = process.argv[2] ?? "";
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  console.error(`new:kernel: NAME must be kebab-case, like "rms-norm"; got "${name}". Usage: npm run new:kernel NAME`);
  process.exit(2);
}
const camel = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const pascal = camel.charAt(0).toUpperCase() + camel.slice(1);
const snake = name.replaceAll("-", "_");

const kernel = `// ${camel}: y = scale·x. The README derives it.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";

const workgroupSize = 64;

/** Sizes of one call. */
export interface ${pascal}Spec {
  /** elements */
  readonly count: number;
  readonly scale: number;
}

const ${camel}Kernel = defineKernel({
  name: "${snake}",
  uniforms: { count: "u32", scale: "f32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: () => linearMain(workgroupSize, "  if (index < u.count) {\\n    y[index] = u.scale * x[index];\\n  }"),
});

/**
 * y = scale·x.
 *
 * @returns a program over the buffers x and y
 * @example
 * console.log(${camel}.program({ count: 8, scale: 2 }).dispatches.length);
 */
function program({ count, scale }: ${pascal}Spec, caps: Caps = baseCaps): Program {
  const workgroups = grid1d(count, workgroupSize, caps);
  return programOf([dispatch(${camel}Kernel, { config: undefined, uniforms: { count, scale }, workgroups })]);
}

/** The kernel family. */
export const ${camel}: { readonly program: typeof program } = { program };
`;

const readme = `# ${snake}

1. y = scale·x, element by element.

Memory: x is read once, y written once; nothing less is possible. 8 bytes and 1 FLOP per element: bound by bandwidth.

| step | what | figure |
|---|---|---|
| 1 | one invocation per element | not measured yet |
`;

const cases = `// Shapes and parameters on which ${camel} is tested.
import type { Case } from "@x/tensor/core";
import type { ${pascal}Params } from "./reference.ts";

export const cases: readonly Case<"x", never, ${pascal}Params>[] = [1, 63, 64, 65, 127].map((length) => ({
  name: \`length \${length}\`,
  inputs: { x: [length] },
  params: { scale: 1.5 },
}));
`;

const reference = `// ${camel} made of other primitives: the oracle of the kernels, and what runs where there is none.
import { mul, type Tensor } from "@x/tensor/core";

/** Parameters of y = scale·x. */
export interface ${pascal}Params {
  readonly scale: number;
}

export function reference({ x }: { readonly x: Tensor }, { scale }: ${pascal}Params): { readonly y: Tensor } {
  return { y: mul(x, scale) };
}
`;

const primitive = `// ${camel}: y = scale·x, as a fused primitive.
import { ${camel} as kernel } from "@x/kernels-wgsl";
import {
  apply,
  definePrimitive,
  type Primitive,
  requireArity,
  requireDType,
  sizeOf,
  type Tensor,
} from "@x/tensor/core";
import { cases } from "./cases.ts";
import { type ${pascal}Params, reference } from "./reference.ts";

export type { ${pascal}Params } from "./reference.ts";

/** y = scale·x, element by element. */
export const ${camel}Primitive: Primitive<"x", never, "y", ${pascal}Params> = definePrimitive({
  name: "${snake}",
  inputs: ["x"],
  outputs: ["y"],
  infer({ x }, _params: ${pascal}Params) {
    requireDType("${camel}", "x", x.dtype, ["f32", "f64"]);
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  reference,
  webgpu: ({ x }, { scale }, caps) =>
    x.dtype === "f32" ? kernel.program({ count: sizeOf(x.shape), scale }, caps) : undefined,
  cases,
  cost: ({ x }) => ({ flops: sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
});

/**
 * y = scale·x.
 *
 * @param x any shape, f32 or f64
 * @returns a tensor like x
 * @throws DTypeError when x is no float
 * @example
 * console.log(await ${camel}(tensor([1, 2]), 3).toArray()); // [3, 6]
 */
export function ${camel}(x: Tensor, scale: number): Tensor {
  requireArity("${camel}", arguments, 2);
  return apply(${camel}Primitive, { x }, { scale }).y;
}
`;

const kernelDir = join(root, "packages/kernels-wgsl/src", name);
const opDir = join(root, "packages/nn/src/ops", name);
for (const path of [kernelDir, opDir]) {
  if (existsSync(path)) {
    console.error(`new:kernel: ${path} must not exist yet; it does. Nothing was written.`);
    process.exit(1);
  }
}
mkdirSync(kernelDir, { recursive: true });
writeFileSync(join(kernelDir, "kernel.ts"), kernel);
writeFileSync(join(kernelDir, "README.md"), readme);
mkdirSync(opDir, { recursive: true });
writeFileSync(join(opDir, "index.ts"), primitive);
writeFileSync(join(opDir, "reference.ts"), reference);
writeFileSync(join(opDir, "cases.ts"), cases);
appendFileSync(
  join(root, "packages/kernels-wgsl/src/index.ts"),
  `export { ${camel}, type ${pascal}Spec } from "./${name}/kernel.ts";\n`,
);
appendFileSync(join(root, "packages/nn/src/core.ts"), `export * from "./ops/${name}/index.ts";\n`);
insertAfter(
  "packages/testing/src/exports/nn.ts",
  "export const nnExports: ExportTable = {\n",
  `  ${camel}: smooth((device) => [filled(device, 3, 5), 2]),\n`,
);

/** @param {string} file @param {string} anchor @param {string} text */
function insertAfter(file, anchor, text) {
  const path = join(root, file);
  const content = readFileSync(path, "utf8");
  if (!content.includes(anchor))
    throw new Error(`new:kernel: ${file} must have ${JSON.stringify(anchor)}; it has not.`);
  writeFileSync(
    path,
    content.replace(anchor, () => anchor + text),
  );
}

const nn = `packages/nn/src/ops/${name}`;
const wgsl = `packages/kernels-wgsl/src/${name}`;
console.log(`Wrote ${wgsl}/{kernel.ts,README.md} and ${nn}/{index,reference,cases}.ts, with their export lines: y = scale·x, which works. Then
  1  ${nn}/reference.ts      your op of ops that exist: the oracle
  2  ${wgsl}/kernel.ts       the shader
  3  npx vitest run packages/testing/test/primitives -t ${snake}
  4  npm run wgsl:update && npm run docs:ops && npm run format
  5  npm run test:quick, then npm test
  6  npx changeset, and commit`);
