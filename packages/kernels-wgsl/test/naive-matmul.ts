// The oracle of products: one thread per element of C, everything from storage.
import { baseCaps, type Caps } from "../src/caps.ts";
import { KernelError } from "@x/base";
import { defineKernel, dispatch, type Program, programOf } from "../src/kernel.ts";
import { batchBases, batchParts, batchUniformTypes } from "../src/matmul/batch-axes.ts";
import { activateFunction, type Epilogue, epilogueBindings, finish } from "../src/matmul/epilogue.ts";
import { decodersOf, boundElement, readElement, type StorageType, type WeightType } from "../src/matmul/operand.ts";
import { type MatmulSpec, resolveMatmul } from "../src/matmul/spec.ts";

interface NaiveConfig extends Epilogue {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly types: { readonly a: StorageType; readonly b: WeightType };
  /** 0 without scales */
  readonly groupSize: number;
}

const matmulNaive = defineKernel({
  name: "matmul_naive",
  uniforms: { m: "u32", n: "u32", k: "u32", ...batchUniformTypes },
  bindings: (config: NaiveConfig) => ({
    a: `read ${boundElement(config.types.a, false)}`,
    b: `read ${boundElement(config.types.b, false)}`,
    ...(config.groupSize ? { scales: "read f32" as const } : {}),
    ...epilogueBindings(config, "f32"),
    c: "read_write f32" as const,
  }),
  wgsl: (
    config: NaiveConfig,
  ) => `${activateFunction(config.activation, "f32")}${decodersOf([config.types.a, config.types.b].map((type) => ({ type, vector: false })))}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u.n || id.y >= u.m) {
    return;
  }
  let matrix = u.firstMatrix + id.z;
${batchBases}
  var sum = 0.0;
  for (var k = 0u; k < u.k; k++) {
    sum += ${readElement("a", config.types.a, `baseA + ${config.transposeA ? "k * u.m + id.y" : "id.y * u.k + k"}`)} * ${elementOfB(config)};
  }
  c[baseC + id.y * u.n + id.x] = ${finish(config, "sum", "id.x", "baseC + id.y * u.n + id.x")};
}
`,
});

function elementOfB({ types, transposeB, groupSize }: NaiveConfig): string {
  const element = readElement("b", types.b, `baseB + ${transposeB ? "id.x * u.k + k" : "k * u.n + id.x"}`);
  return groupSize > 0 ? `${element} * scales[(id.x * u.k + k) / ${groupSize}u]` : element;
}

/** The product of {@link matmul}, with the same spec and buffers, one thread per element; C is f32. */
export function naiveMatmul(spec: MatmulSpec, caps: Caps = baseCaps): Program {
  const { m, n, k, axes, epilogue, types, groupSize, transposeA, transposeB, buffers, epilogueBuffers } =
    resolveMatmul(spec);
  if (m * n === 0) return programOf([]);
  if (types.c !== "f32")
    throw new KernelError(`matmul: the naive product must store C as f32; got ${types.c}.`, { kernel: "matmul_naive" });
  const config: NaiveConfig = { transposeA, transposeB, types: { a: types.a, b: types.b }, groupSize, ...epilogue };
  const dispatches = batchParts(axes, m * n, caps.maxComputeWorkgroupsPerDimension).map((part) =>
    dispatch(matmulNaive, {
      config,
      buffers: { ...buffers, ...epilogueBuffers },
      uniforms: { m, n, k, ...part.uniforms },
      workgroups: [Math.ceil(n / 8), Math.ceil(m / 8), part.matrices],
    }),
  );
  return programOf(dispatches);
}
