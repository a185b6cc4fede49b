// Every exported primitive on the CPU: loops against reference, gradients against central differences. Its kernels are tested in primitives-cpu.gpu.test.ts.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { checkGradients, checkLoops, primitivesOf, testedCases } from "../src/index.ts";

for (const [name, module] of Object.entries({ tensor, nn })) {
  describe(name, () => {
    for (const primitive of primitivesOf(module)) {
      describe(primitive.name, () => {
        it("has cases to test and a reference or loops", () => {
          expect(testedCases(primitive).length).toBeGreaterThan(0);
          expect(primitive.alias ?? primitive.cpu ?? primitive.reference).toBeDefined();
        });
        for (const one of testedCases(primitive)) {
          if (primitive.reference && primitive.cpu)
            it(`${one.name}: loops equal the reference`, () => checkLoops(primitive, one));
          it(`${one.name}: gradient equals central differences`, () => checkGradients(primitive, one));
        }
      });
    }
  });
}
