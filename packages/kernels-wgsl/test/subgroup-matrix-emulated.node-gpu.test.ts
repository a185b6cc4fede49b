// Products with subgroup matrices, their instructions replaced by plain WGSL: no adapter of the tests has such units, but everything around them, where operands and results lie, is checked here.
// In Dawn only, as is the feature.
import { isFull } from "@x/testing/is-full";
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import {
  baseCaps,
  type Caps,
  type Dispatch,
  type Kernel,
  matmul,
  type MatmulChoice,
  type MatmulSpec,
  type Program,
  createRunner,
} from "../src/index.ts";
import { f16Bits } from "./half-bits.ts";
import { emulateInstructions } from "./emulate-subgroup-matrix.ts";
import { naiveMatmul } from "./naive-matmul.ts";

const runner = await createRunner(await sharedGpu());
afterAll(() => runner.destroy());

const subgroupSize = 8; // smaller than any device with such units has: a thread takes two rows of a block
const caps: Caps = {
  ...baseCaps,
  adapter: "nvidia",
  features: new Set(["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"]),
  subgroupMinSize: subgroupSize,
  subgroupMaxSize: subgroupSize,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
};

/** Text that rounds, without f16: four halves are two words. */
function roundedPlainly(text: string): string {
  const packed = "fn packed(x: vec4f) -> vec2u {\n  return vec2u(pack2x16float(x.xy), pack2x16float(x.zw));\n}\n";
  return (
    packed +
    text
      .replace(/bitcast<vec2u>\((vec4h\(.*\))\);/g, "$1;")
      .replaceAll("vec4h(", "packed(")
      .replaceAll("vec4h", "vec2u")
  );
}

/** The text of products of packed halves, without subgroup matrices. */
function multipliedPlainly(text: string): string {
  const halves = text.includes("vec4h") ? 4 : 8;
  return emulateInstructions(
    roundedPlainly(text),
    subgroupSize,
    (tile) =>
      `unpack2x16float(${tile}[block.x][block.y + at.x * block.z + at.y / ${halves}u][at.y % ${halves}u / 2u])[at.y % 2u]`,
  );
}

const kernels = new Map<Kernel, Kernel>();
function plain(dispatch: Dispatch): Dispatch {
  const { kernel } = dispatch;
  const emulated = {
    matmul_f16_panels: roundedPlainly,
    matmul_subgroup_matrix: multipliedPlainly,
    matmul_tile: multipliedPlainly,
  }[kernel.name];
  if (!emulated) return dispatch;
  const known = kernels.get(kernel) ?? {
    ...kernel,
    name: `${kernel.name}_emulated`,
    features: () => [],
    wgsl: (config: unknown) => emulated(kernel.wgsl(config)),
  };
  kernels.set(kernel, known);
  return { ...dispatch, kernel: known };
}

function numbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  // Multiples of 1/64 that a half holds exactly, so that their products and sums are exact too.
  return Float32Array.from(
    { length: count },
    () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 25) / 64 - 1,
  );
}

async function result(
  program: Program,
  inputs: Readonly<Record<string, Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>>,
  size: number,
): Promise<Float32Array> {
  const buffers: Record<string, GPUBuffer> = { c: runner.createBuffer(4 * size) };
  for (const [name, data] of Object.entries(inputs))
    runner.write((buffers[name] = runner.createBuffer(data.byteLength)), data);
  runner.write(buffers["c"]!, new Float32Array(size).fill(NaN));
  runner.run(program, buffers);
  const got = new Float32Array(await runner.read(buffers["c"]!, 4 * size));
  for (const buffer of Object.values(buffers)) runner.releaseBuffer(buffer);
  return got;
}

const choices: Readonly<Record<string, MatmulChoice>> = {
  "64×32 of halves": {
    subgroupMatrix: { down: 2, across: 2, subgroupsDown: 2, subgroupsAcross: 1, depth: 16, together: 2 },
  },
  "32×48 of halves": {
    subgroupMatrix: { down: 1, across: 3, subgroupsDown: 2, subgroupsAcross: 1, depth: 16, together: 1 },
  },
  "32×32 of halves, depth 32": {
    subgroupMatrix: { down: 1, across: 1, subgroupsDown: 2, subgroupsAcross: 2, depth: 32, together: 3 },
  },
  "32×64": {
    tile: { stage: "matrix", rows: 8, vectors: 4, threadsX: 4, threadsY: 4, depth: 16, blocks: { down: 2, across: 2 } },
  },
};

const specs: Readonly<Record<string, MatmulSpec & { readonly cut?: true }>> = {
  "whole tiles": { m: 128, n: 64, k: 64 },
  "some tiles inside": { m: 150, n: 100, k: 40, cut: true },
  "a transposed": { m: 100, n: 52, k: 36, transposeA: true },
  "b transposed": { m: 100, n: 52, k: 36, transposeB: true },
  "nothing in fours, both transposed": { m: 67, n: 53, k: 35, transposeA: true, transposeB: true },
  "nothing in fours": { m: 67, n: 53, k: 35 },
  "batched, B shared": { m: 64, n: 32, k: 48, batch: [{ size: 3, strideA: 64 * 48, strideB: 0 }] },
  "batched twice, A shared by the inner axis": {
    m: 40,
    n: 36,
    k: 32,
    batch: [
      { size: 2, strideA: 40 * 32, strideB: 3 * 36 * 32 },
      { size: 3, strideA: 0, strideB: 36 * 32 },
    ],
  },
  "bias, activation, residual": { m: 70, n: 40, k: 32, bias: true, activation: "relu", residual: true, cut: true },
};

/** Operands that are halves already and lie in eights are read where they are: edges, a k that is no whole rounds, and every way to lie. */
const ofHalves: readonly (MatmulSpec & { readonly cut?: true })[] = [
  { m: 128, n: 64, k: 64 },
  { m: 152, n: 104, k: 40, cut: true },
  { m: 104, n: 56, k: 40, transposeA: true },
  { m: 104, n: 56, k: 40, transposeB: true },
  { m: 104, n: 56, k: 40, transposeA: true, transposeB: true, bias: true },
];
const someHalves: readonly NonNullable<MatmulSpec["types"]>[] = [{ a: "f16", b: "f16" }, { a: "f16" }, { b: "f16" }];

function halvesOf(values: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, (value) => f16Bits(value));
}

describe("products with emulated subgroup matrices of halves equal the naive one", () => {
  let pair = 0;
  for (const [shapeName, { subgroupMatrix }] of Object.entries({
    ...choices,
    "64×32, depth 64": {
      subgroupMatrix: { down: 2, across: 1, subgroupsDown: 2, subgroupsAcross: 2, depth: 64, together: 1 },
    },
  })) {
    if (!subgroupMatrix) continue;
    for (const { cut, ...spec } of ofHalves) {
      // Each shape with each operand, and each way to store them with both; every pair of the two in the full form.
      const all = pair++;
      for (const [at, types] of someHalves.entries()) {
        if (!isFull && at !== all % someHalves.length) continue;
        for (const splits of cut ? [1, 2] : [1]) {
          const { m, n, k, transposeA, transposeB } = spec;
          const name = `${m}×${n}×${k}${transposeA ? ", a transposed" : ""}${transposeB ? ", b transposed" : ""}, ${JSON.stringify(types)}${splits > 1 ? ", k cut" : ""}`;
          it(`${shapeName}: ${name}`, async () => {
            const inputs = {
              a: numbers(m * k, 1),
              b: numbers(k * n, 2),
              ...(spec.bias ? { bias: numbers(n, 3) } : {}),
            };
            const stored = {
              ...inputs,
              ...(types.a && { a: halvesOf(inputs.a) }),
              ...(types.b && { b: halvesOf(inputs.b) }),
            };
            const program = matmul.program({ ...spec, types, precision: "f16" }, caps, { subgroupMatrix, splits });
            const panels = program.dispatches.filter(({ kernel }) => kernel.name === "matmul_f16_panels");
            expect(panels).toHaveLength(2 - Object.keys(types).length);
            const got = await result({ ...program, dispatches: program.dispatches.map(plain) }, stored, m * n);
            expect(got).toEqual(await result(naiveMatmul(spec), inputs, m * n));
          });
        }
      }
    }
  }
});

/** What the shapes other than the first are tried on: edges and a cut k; in the full form every way in which an operand is stored. */
const enough = isFull ? ["whole tiles", "some tiles inside", "a transposed", "b transposed"] : ["some tiles inside"];

describe("products with emulated subgroup matrices equal the naive one", () => {
  for (const [at, [shapeName, choice]] of Object.entries(choices).entries()) {
    for (const [name, { cut, ...spec }] of Object.entries(specs)) {
      if (at > 0 && !enough.includes(name)) continue;
      for (const splits of cut ? [1, 2] : [1]) {
        it(`${shapeName}: ${name}${splits > 1 ? ", k cut" : ""}`, async () => {
          const { m, n, k, batch = 1 } = spec;
          const axes = typeof batch === "number" ? [{ size: batch, strideA: m * k, strideB: k * n }] : batch;
          const [countA, countB, countC] = [
            m * k + axes.reduce((sum, { size, strideA }) => sum + (size - 1) * strideA, 0),
            k * n + axes.reduce((sum, { size, strideB }) => sum + (size - 1) * strideB, 0),
            m * n * axes.reduce((product, { size }) => product * size, 1),
          ];
          const inputs = {
            a: numbers(countA, 1),
            b: numbers(countB, 2),
            ...(spec.bias ? { bias: numbers(n, 3) } : {}),
            ...(spec.residual ? { residual: numbers(countC, 4) } : {}),
          };
          const program = matmul.program({ ...spec, precision: "f16" }, caps, { ...choice, splits });
          expect(program.dispatches.map(({ kernel }) => kernel.name)).toContain(
            choice.subgroupMatrix ? "matmul_subgroup_matrix" : "matmul_tile",
          );
          const got = await result({ ...program, dispatches: program.dispatches.map(plain) }, inputs, countC);
          expect(got).toEqual(await result(naiveMatmul(spec), inputs, countC));
        });
      }
    }
  }
});
