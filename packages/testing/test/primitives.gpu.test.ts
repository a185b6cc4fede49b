// Every exported primitive on WebGPU against the CPU, forward and gradients, twice, on poisoned buffers.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { checkDevice, primitivesOf, testedCases } from "../src/index.ts";

const device = await tensor.webgpuDevice({ software: true, poison: true });

for (const [name, module] of Object.entries({ tensor, nn })) {
  describe(name, () => {
    for (const primitive of primitivesOf(module)) {
      it(primitive.name, async () => {
        expect(primitive.alias ?? primitive.webgpu, "must have a WebGPU kernel").toBeDefined();
        for (const one of testedCases(primitive)) await checkDevice(primitive, one, device);
      });
    }
  });
}
