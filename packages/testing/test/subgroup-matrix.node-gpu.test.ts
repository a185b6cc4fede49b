// Products with subgroup matrices: no adapter of the tests has any, but Tint checks every form of their text on Dawn's null backend. Their numbers are checked with the units emulated
// (kernels-wgsl/test/subgroup-matrix-emulated.node-gpu.test.ts), and by `npm run bench:gpu -- --parts gemm,units --dawn allow_unsafe_apis,vulkan_enable_f16_on_nvidia` on a GPU that has them.
import {
  type Caps,
  capsOf,
  loadMatrixScan,
  matmul,
  type MatmulChoice,
  type MatmulSpec,
  shader,
  ssd,
  ssdBackward,
  type SsdSpec,
} from "@x/kernels-wgsl";
import { describe, expect, it } from "vitest";
import { create } from "webgpu";

const gpu = create(["backend=null", "enable-dawn-features=allow_unsafe_apis"]);
await loadMatrixScan();
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error("Dawn's null backend must give an adapter; got none.");
const features = ["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"] as GPUFeatureName[];
const device = await adapter.requestDevice({ requiredFeatures: features });
const kept = { gpu, device }; // the instance must outlive the device

// The null adapter has subgroups of up to 128 threads, and a workgroup must be made of whole ones.
const caps: Caps = {
  ...capsOf(device),
  subgroupMinSize: 128,
  subgroupMaxSize: 128,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
};
const choices: Readonly<Record<string, MatmulChoice>> = {
  "": {
    tile: {
      stage: "matrix",
      rows: 4,
      vectors: 2,
      threadsX: 16,
      threadsY: 8,
      depth: 16,
      blocks: { down: 2, across: 8 },
    },
  },
  ", in panels": {
    subgroupMatrix: { down: 2, across: 2, subgroupsDown: 1, subgroupsAcross: 1, depth: 32, together: 8 },
  },
  ", in panels, sums block by block": {
    subgroupMatrix: { down: 4, across: 1, subgroupsDown: 1, subgroupsAcross: 1, depth: 64, together: 1 },
  },
};

const specs: Readonly<Record<string, MatmulSpec>> = {
  "whole tiles": { m: 256, n: 256, k: 64 },
  "edges, bias and activation": { m: 100, n: 52, k: 36, bias: true, activation: "silu" },
  "nothing in fours": { m: 101, n: 53, k: 35 },
  "a transposed": { m: 100, n: 52, k: 36, transposeA: true },
  "b transposed": { m: 100, n: 52, k: 36, transposeB: true },
  "both transposed, nothing in fours": { m: 101, n: 53, k: 35, transposeA: true, transposeB: true },
  "batched, gated, added to": { m: 64, n: 128, k: 32, batch: 3, gate: true, residual: true },
  "bf16 by f16": { m: 64, n: 128, k: 32, types: { a: "bf16", b: "f16", c: "bf16" } },
  "scaled integers": { m: 64, n: 128, k: 32, transposeB: true, types: { b: "int4" }, groupSize: 16 },
};

/** Compiles the text and makes a pipeline of it. The null adapter has 16 KiB of workgroup memory: a text of more must fail at that, and at nothing before. */
async function expectToCompile(code: string): Promise<void> {
  kept.device.pushErrorScope("validation");
  const module = kept.device.createShaderModule({ code });
  expect((await kept.device.popErrorScope())?.message).toBeUndefined();
  kept.device.pushErrorScope("validation");
  kept.device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } });
  expect((await kept.device.popErrorScope())?.message ?? "").toMatch(
    /^$|^The total use of workgroup storage \(\d+ bytes\) is larger than the maximum allowed \(16384 bytes\)/,
  );
}

describe("products with subgroup matrices compile", () => {
  for (const [how, choice] of Object.entries(choices)) {
    for (const [name, spec] of Object.entries(specs)) {
      for (const splits of [1, 2]) {
        it(`${name}${how}${splits === 1 ? "" : ", k cut"}`, async () => {
          const codes = matmul
            .program(spec, caps, { ...choice, splits })
            .dispatches.map(({ kernel, config }) => shader(kernel, config));
          expect(codes.join()).toContain("subgroupMatrixMultiplyAccumulate");
          for (const code of codes) await expectToCompile(code);
        });
      }
    }
  }
});

const scans: Readonly<Record<string, SsdSpec>> = {
  "whole tiles": { b: 1, l: 128, h: 2, p: 64, g: 1, n: 128 },
  "edges, skip per head, gate": { b: 2, l: 100, h: 4, p: 20, g: 2, n: 36, D: "head", z: true },
  "skip per channel, documents, states": {
    b: 2,
    l: 100,
    h: 4,
    p: 64,
    g: 2,
    n: 36,
    D: "channel",
    seqIdx: true,
    initialState: true,
    dtBias: true,
  },
};

describe("the scan with subgroup matrices compiles", () => {
  const nvidia: Caps = { ...caps, adapter: "nvidia", matmulPrecision: "f16", maxComputeWorkgroupStorageSize: 49152 };
  for (const [name, shape] of Object.entries(scans)) {
    for (const depth of [16, 32] as const) {
      it(`${name}, ${depth} steps at a time`, async () => {
        const dispatches = [1, Infinity].flatMap((walks) => {
          const choice = { matrix: { depth, threads: depth === 32 ? 256 : 128, targetWorkgroups: 64, walks } };
          return [
            ...ssd.program(shape, nvidia, choice).dispatches,
            ...ssdBackward.program(shape, nvidia, choice).dispatches,
          ];
        });
        const onMatrices = dispatches.filter(({ kernel }) => kernel.name.endsWith("_matrix"));
        expect([...new Set(onMatrices.map(({ kernel }) => kernel.name))].sort()).toEqual([
          "ssd_bc_backward_matrix",
          "ssd_chunk_scan_matrix",
          "ssd_chunk_scores_matrix",
          "ssd_chunk_state_matrix",
          "ssd_scores_backward_matrix",
          "ssd_state_walk_matrix",
          "ssd_x_backward_matrix",
        ]);
        const texts = new Set(onMatrices.map(({ kernel, config }) => shader(kernel, config)));
        for (const code of texts) {
          expect(code).toContain("subgroupMatrixMultiplyAccumulate");
          await expectToCompile(code);
        }
      });
    }
  }
});
