// The memory that training is estimated to take, against what is planned on the CPU device for each kind of model.
import { estimateMemory, preset } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";
import { afterAll, expect, it } from "vitest";
import { estimatedOverPlanned, planCases } from "./estimated-plans.ts";

const device = createCpuDevice();
afterAll(() => device.dispose());

it.each(planCases)("of %s is what is planned, up to a fifth more", async (_, fields, batch, length) => {
  const share = await estimatedOverPlanned(device, fields, batch, length);
  expect(share).toBeGreaterThanOrEqual(1);
  expect(share).toBeLessThan(1.2);
});

it("counts for either device, or for the one that takes more", () => {
  const of = (device?: "cpu" | "webgpu"): number =>
    estimateMemory(preset("mamba2-130m"), { batch: 8, length: 512, ...(device && { device }) }).bytesToTrain;
  expect(of("webgpu") / 2 ** 30).toBeCloseTo(5.3, 0);
  expect(of("cpu")).toBeGreaterThan(of("webgpu"));
  expect(of()).toBe(of("cpu"));
  expect(() => of("gpu" as never)).toThrow('estimateMemory: device must be "cpu" or "webgpu"; got "gpu".');
});
