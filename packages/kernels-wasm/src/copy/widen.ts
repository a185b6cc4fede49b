// f16 and bf16 as f32.
import { defineWasmKernel, vectors, type WasmKernel, wasmCall, type WasmProgram } from "../kernel.ts";

export type HalfType = "f16" | "bf16";

const widenKernel = defineWasmKernel({
  name: "widen",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32" },
  body: ({ from }: { readonly from: HalfType }) => `
  var source = x + begin * 8;
  for (var i = begin * 16; i < end * 16; i += 16) {
    store4(y + i, widen_${from}(load_u16x4(source)));
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
