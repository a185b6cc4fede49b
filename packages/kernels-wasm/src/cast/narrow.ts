// f32 as f16 or bf16, by integers: rounded to the nearest, ties to even, subnormal numbers too.
import { defineWasmKernel, vectors, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import type { HalfType } from "./widen.ts";

const narrowed: Readonly<Record<HalfType, string>> = {
  bf16: `
    let rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    store_u16x4(y + i * 8, select(rounded, (bits >> 16) | 0x40, magnitude > 0x7f800000));`,
  // `moved`: exponents move from a bias of 127 to one of 15; a carry out of the fraction moves them up, as it should.
  // `fraction`: beside 1/2 the last place of an f32 is 2^-24, the unit of subnormal halves, so the addition rounds.
  f16: `
    let moved = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    let fraction = as_vec4u(as_vec4f(magnitude) + 0.5) - 0x3f000000;
    let finite = select(moved, fraction, magnitude < 0x38800000);
    let large = select(finite, vec4u(0x7c00), magnitude >= 0x477ff000);
    let half = select(large, ((magnitude >> 13) & 0x3ff) | 0x7e00, magnitude > 0x7f800000);
    store_u16x4(y + i * 8, half | ((bits >> 16) & 0x8000));`,
};

const narrowKernel = defineWasmKernel({
  name: "narrow",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32" },
  body: ({ to }: { readonly to: HalfType }) => `
  for (var i = begin; i < end; i += 1) {
    let bits = load4u(x + i * 16);
    let magnitude = bits & 0x7fffffff;
    ${narrowed[to]}
  }`,
});

/** y = `size` f32 x as halves. */
export const narrowWasm: {
  program(spec: { readonly to: HalfType; readonly size: number }): WasmProgram;
} = {
  program: ({ to, size }) => wasmProgram([wasmCall(narrowKernel, { to }, {}, vectors(size))]),
};
