// Greedy generation on WebGPU.
import { afterAll, beforeAll } from "vitest";
import { type Device, webgpuDevice } from "@x/tensor";
import { testGreedy } from "./greedy-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ software: true });
});
afterAll(() => gpu.dispose());

testGreedy(() => gpu);
