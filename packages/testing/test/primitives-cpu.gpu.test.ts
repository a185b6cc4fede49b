// Every exported primitive on the CPU device: its WebAssembly kernels against its loops, forward and gradients, twice. A page and Deno compile the same kernels, so this file
// goes to Chromium and to Deno too.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { checkWasm, hasWasmKernel, primitivesOf, testedCases } from "../src/index.ts";

for (const [name, module] of Object.entries({ tensor, nn })) {
  describe(name, () => {
    for (const primitive of primitivesOf(module)) {
      if (!primitive.wasm) continue;
      it(primitive.name, async () => {
        expect(
          testedCases(primitive).some((one) => hasWasmKernel(primitive, one)),
          "must have a kernel for one of its cases",
        ).toBe(true);
        for (const one of testedCases(primitive)) await checkWasm(primitive, one);
      });
    }
  });
}
