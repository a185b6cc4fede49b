// Every exported primitive on WebGPU: inputs that are views give the same bits as dense ones, on poisoned buffers.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, it } from "vitest";
import { checkViews, primitivesOf, viewedCases } from "../src/index.ts";

const device = await tensor.webgpuDevice({ device: await sharedGpu(), poison: true });

for (const [name, module] of Object.entries({ tensor, nn })) {
  describe(name, () => {
    for (const primitive of primitivesOf(module)) {
      it(primitive.name, async () => {
        for (const one of viewedCases(primitive, process.env["X_TESTS"])) await checkViews(primitive, one, device);
      });
    }
  });
}
