// Which elementwise ops fall back from WebAssembly to loops: only those with a function or operator that its language
// lacks. Any other error of a kernel's text surfaces.
import { compilesWasm, elementwiseWasm, KernelError } from "@x/kernels-wasm";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { primitivesOf } from "../src/cases.ts";

const device = tensor.createCpuDevice();

describe("an elementwise program for WebAssembly", () => {
  for (const primitive of primitivesOf(tensor)) {
    const { row } = primitive as { row?: { types?: readonly tensor.DType[] } };
    if (!row || !primitive.wasm) continue;
    for (const dtype of row.types ?? ["f32", "f64"]) {
      it(`of ${primitive.name} in ${dtype} is made, or left to the loops`, () => {
        const call = (): void =>
          void tensor.tidy(() => {
            const inputs = primitive.inputs.map((name, i) => [
              name,
              tensor.ones([5], { dtype: primitive.name === "where" && i === 0 ? "bool" : dtype, device }),
            ]);
            tensor.apply(primitive, Object.fromEntries(inputs) as never, undefined);
          });
        expect(call).not.toThrow();
      });
    }
  }

  it("is left out for a function that only WGSL has", () => {
    expect(compilesWasm(elementwiseWasm.program({ shape: [4], inputs: { x: {} }, result: "noSuchFunction(x)" })!)).toBe(
      false,
    );
  });

  for (const result of ["x +", "y * 2.0", "x * (2.0"])
    it(`surfaces what is wrong with ${JSON.stringify(result)}`, () =>
      expect(() => compilesWasm(elementwiseWasm.program({ shape: [4], inputs: { x: {} }, result })!)).toThrow(
        KernelError,
      ));
});
