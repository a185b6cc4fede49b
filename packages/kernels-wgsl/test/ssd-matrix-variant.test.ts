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

  // strides that are no multiples of 4 are left to the kernels that read number by number
  const kernels = (strides: NonNullable<Parameters<typeof ssd.program>[0]["strides"]>, precision: "f16" | "f32") =>
    ssd.program({ ...shape, strides }, h200, { precision }).dispatches.map(({ kernel }) => kernel.name);
  const names = (precision: "f16" | "f32") => kernels({}, precision);
  for (const buffer of ["x", "B", "C", "z", "y"]) {
    for (const [batch, token] of [
      [64 * 130, 130],
      [64 * 130 + 2, 132],
    ] as const)
      expect(kernels({ [buffer]: { batch, token } }, "f16"), `${buffer} ${token}`).toEqual(names("f32"));
    expect(kernels({ [buffer]: { batch: 64 * 132, token: 132 } }, "f16"), buffer).toEqual(names("f16"));
  }
  expect(kernels({ dt: { batch: 64 * 3, token: 3 } }, "f16")).toEqual(names("f16"));
});
