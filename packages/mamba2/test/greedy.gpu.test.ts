// Greedy generation on WebGPU.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll } from "vitest";
import { type Device, webgpuDevice } from "@x/tensor";
import { testGreedy } from "./greedy-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

testGreedy(() => gpu);
