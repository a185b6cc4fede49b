// f16 and bf16 as f32, by integers: exact, subnormal numbers too.
import { defineWasmKernel, vectors, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";

export type HalfType = "f16" | "bf16";

const widenKernel = defineWasmKernel({
  name: "widen",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32" },
  body: ({ from }: { readonly from: HalfType }) => `
  var source = x + begin * 8;
  for (var i = begin * 16; i < end * 16; i += 16) {
    let bits = load_u16x4(source);
    ${from === "bf16" ? "store4i(y + i, bits << 16);" : `
    let magnitude = bits & 0x7fff;
    let sign = (bits & 0x8000) << 16;
    // Exponents move from a bias of 15 to one of 127; the largest means infinity or NaN in both types; the smallest is a fraction of 2^−24.
    let moved = (magnitude << 13) + as_vec4i(select(as_vec4f(vec4i(0x38000000)), as_vec4f(vec4i(0x70000000)), magnitude > 0x7bff));
    let fraction = as_vec4i(vec4f(magnitude) * 5.9604644775390625e-8);
    store4i(y + i, as_vec4i(select(as_vec4f(moved), as_vec4f(fraction), magnitude < 0x400)) | sign);`}
    source += 8;
  }`,
});

/** y = the f32 of `size` halves x. */
export const widenWasm: {
  program(spec: { readonly from: HalfType; readonly size: number; readonly names?: { readonly x?: string; readonly y?: string } }): WasmProgram;
  readonly kernel: WasmKernel<string, { readonly from: HalfType }>;
} = {
  program: ({ from, size, names: { x = "x", y = "y" } = {} }) => ({ temps: {}, calls: [wasmCall(widenKernel, { from }, { x, y }, vectors(size))] }),
  kernel: widenKernel,
};
