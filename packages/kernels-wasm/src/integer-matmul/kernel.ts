// Products of integer matrices modulo 2^32: each row of the result is a sum of multiples of rows of b, four columns at a
// time. i32 and u32 have the same bits.
import { eachVector } from "../codegen.ts";
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";

const productKernel = defineWasmKernel({
  name: "integer_matmul",
  params: { a: "ptr", b: "ptr", c: "ptr", m: "u32", n: "u32", k: "u32", begin: "u32", end: "u32" },
  body: () => `
  for (var matrix = begin; matrix < end; matrix += 1) {
    for (var row = matrix * m; row < (matrix + 1) * m; row += 1) {
      let to = c + row * n * 4;
      fill_bytes(to, 0, n * 4);
      for (var r = 0; r < k; r += 1) {
        let factor = as_vec4i(load_splat(a + (row * k + r) * 4));
        let from = b + (matrix * k + r) * n * 4;
        ${eachVector("n", ({ load, store }) =>
          store("to", `as_vec4f(as_vec4i(${load("to")}) + factor * as_vec4i(${load("from")}))`),
        )}
      }
    }
  }`,
});

/** `batch` products of [m, k] and [k, n]; buffers a, b and c. Threads share the matrices. */
export const integerMatmulWasm: {
  program(spec: { readonly batch: number; readonly m: number; readonly n: number; readonly k: number }): WasmProgram;
} = {
  program: ({ batch, m, n, k }) => wasmProgram([wasmCall(productKernel, undefined, { m, n, k }, { count: batch })]),
};
