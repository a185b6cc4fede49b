// Every exported primitive where the limits of a GPU are low, as they are for long arrays on any: what it then computes is right, or it refuses by the name of the limit. Grids of 3 workgroups a
// dimension stand for more than 65535 rows, bindings of 2 kB for buffers beyond 128 MiB.
import * as nn from "@x/nn";
import * as tensors from "@x/tensor";
import { KernelError } from "@x/kernels-wgsl";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import { checkCaptured, checkDevice, primitivesOf, testedCases } from "../src/index.ts";

const limits = { maxComputeWorkgroupsPerDimension: 3, maxStorageBufferBindingSize: 2048 } as const;

describe.each(Object.entries(limits))("%s of %i", async (limit, most) => {
  const device = await tensors.webgpuDevice({ device: await sharedGpu(), poison: true, caps: { [limit]: most } });
  const primitives = [...primitivesOf(tensors), ...primitivesOf(nn)];

  it.each(primitives.map((primitive) => [primitive.name, primitive] as const))("%s", async (_name, primitive) => {
    for (const [k, one] of testedCases(primitive).entries()) {
      try {
        await checkDevice(primitive, one, device);
        if (k < 2) await checkCaptured(primitive, one, device);
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        expect([error.kind, error.message], one.name).toEqual(["limit", expect.stringMatching(/^\w[\w ]*: .*\d/)]);
      }
    }
  });
});
