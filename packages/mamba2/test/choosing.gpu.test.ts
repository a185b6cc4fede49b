// Greedy generation on WebGPU.
import { afterAll, beforeAll } from "vitest";
import { type Device, webgpuDevice } from "@x/tensor";
import { testChoosing } from "./choosing-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ software: true });
});
afterAll(() => gpu.dispose());

testChoosing(() => gpu);
