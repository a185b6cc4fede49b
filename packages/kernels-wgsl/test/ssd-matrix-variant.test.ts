// The scan's kernels on subgroup matrices are loaded on request: plans that need them say so until then.
import { baseCaps, type Caps, KernelError, loadMatrixScan, ssd } from "@x/kernels-wgsl";
import { expect, it } from "vitest";

const h200: Caps = {
  ...baseCaps,
  adapter: "nvidia",
  features: new Set(["shader-f16", "subgroups", "chromium-experimental-subgroup-matrix"]),
  subgroupMinSize: 32,
  subgroupMaxSize: 32,
  subgroupMatrix: [{ componentType: "f16", resultComponentType: "f32", M: 16, N: 16, K: 16 }],
  maxComputeWorkgroupStorageSize: 49152,
  matmulPrecision: "f16",
};
const shape = { b: 1, l: 64, h: 2, p: 64, g: 1, n: 128 };

it("raises the call that loads them, and none where nothing may round", async () => {
  expect(() => ssd.program(shape, h200)).toThrow(KernelError);
  expect(() => ssd.program(shape, h200)).toThrow(/await loadMatrixScan\(\)/);
  const plain = ssd.program(shape, h200, { precision: "f32" });
  await loadMatrixScan();
  expect(ssd.program(shape, h200)).not.toEqual(plain);
  expect(ssd.program(shape, h200, { precision: "f32" })).toEqual(plain);
});
