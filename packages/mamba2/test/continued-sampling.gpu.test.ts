// Generation that goes on, on WebGPU.
import { afterAll, beforeAll } from "vitest";
import { type Device, webgpuDevice } from "@x/tensor";
import { testContinued } from "./continued-sampling-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ software: true });
});
afterAll(() => gpu.dispose());

testContinued(() => gpu, true);
