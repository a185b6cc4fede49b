// The choice of tokens on WebGPU: with the threads of a software adapter, and with as many as a GPU takes.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, describe } from "vitest";
import { type Device, webgpuDevice, type WebGPUDeviceOptions } from "@x/tensor";
import { testChoosing } from "./choosing-cases.ts";

const devices: Readonly<Record<string, WebGPUDeviceOptions>> = {
  "few threads a row": {},
  "as many threads a row as there can be": { caps: { adapter: "nvidia" } },
};

for (const [name, options] of Object.entries(devices)) {
  describe(name, () => {
    let gpu: Device;
    beforeAll(async () => {
      gpu = await webgpuDevice({ ...options, device: await sharedGpu() });
    });
    afterAll(() => gpu.dispose());

    testChoosing(() => gpu);
  });
}
