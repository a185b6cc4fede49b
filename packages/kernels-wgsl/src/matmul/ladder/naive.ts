// The first rung: one thread per element of C, everything from storage. Kept as an oracle for tests and as the bench's baseline; never chosen.
import { baseCaps, type Caps } from "../../caps.ts";
import { type Binding, defineKernel, dispatch, type Kernel, type Program } from "../../kernel.ts";
import { batchBases, batchParts, batchUniformTypes, type ProductUniform } from "../batch.ts";
import { activateFunction, type Epilogue, finish } from "../epilogue.ts";
import { type MatmulSpec, resolveMatmul } from "../spec.ts";

interface NaiveConfig extends Epilogue {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const matmulNaive: Kernel<"a" | "b" | "bias" | "c", ProductUniform, NaiveConfig> = defineKernel({
  name: "matmul_naive",
  uniforms: { m: "u32", n: "u32", k: "u32", ...batchUniformTypes },
  bindings: ({ bias }: NaiveConfig) => {
    const bindings: Record<string, Binding> = { a: "read f32", b: "read f32" };
    if (bias) bindings["bias"] = "read f32";
    bindings["c"] = "read_write f32";
    return bindings;
  },
  wgsl: (config: NaiveConfig) => `${activateFunction(config.activation, "f32")}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u.n || id.y >= u.m) {
    return;
  }
  let matrix = u.firstMatrix + id.z;
${batchBases}
  var sum = 0.0;
  for (var k = 0u; k < u.k; k++) {
    sum += a[baseA + ${config.transposeA ? "k * u.m + id.y" : "id.y * u.k + k"}] * b[baseB + ${config.transposeB ? "id.x * u.k + k" : "k * u.n + id.x"}];
  }
  c[baseC + id.y * u.n + id.x] = ${finish(config, "sum", "bias[id.x]")};
}
`,
});

/** The naive product as a program; takes what {@link matmul.program} takes. */
export function naiveMatmul(spec: MatmulSpec, caps: Caps = baseCaps): Program {
  const { m, n, k, axes, bias, activation, transposeA, transposeB, buffers } = resolveMatmul(spec);
  if (m * n === 0) return { temps: {}, dispatches: [] };
  const config: NaiveConfig = { transposeA, transposeB, bias, activation };
  const dispatches = batchParts(axes, m * n, caps.maxComputeWorkgroupsPerDimension).map((part) =>
    dispatch(matmulNaive, {
      config, buffers, uniforms: { m, n, k, ...part.uniforms }, workgroups: [Math.ceil(n / 8), Math.ceil(m / 8), part.matrices],
    }),
  );
  return { temps: {}, dispatches };
}
