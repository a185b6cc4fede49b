// Every exported primitive on the CPU device, kernels and loops: inputs that are views give the same bits as dense ones.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, it } from "vitest";
import { checkViews, primitivesOf, viewedCases } from "../src/index.ts";

const devices = { kernels: tensor.cpuDevice(), loops: tensor.createCpuDevice({ wasm: false }) };

for (const [path, device] of Object.entries(devices)) {
  for (const [name, module] of Object.entries({ tensor, nn })) {
    describe(`${name}, ${path}`, () => {
      for (const primitive of primitivesOf(module)) {
        it(primitive.name, async () => {
          for (const one of viewedCases(primitive, process.env["X_TESTS"])) await checkViews(primitive, one, device);
        });
      }
    });
  }
}
