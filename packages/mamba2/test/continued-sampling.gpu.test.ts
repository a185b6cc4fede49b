// Generation that goes on, on WebGPU.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll } from "vitest";
import { type Device, webgpuDevice } from "@x/tensor";
import { testContinued } from "./continued-sampling-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

testContinued(() => gpu, true);
