// f16 and bf16 as f32.
import { describeValue, requireArguments, KernelError } from "@x/base";
import { defineWasmKernel, vectors, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";

/** 16-bit floats. */
export type HalfType = "f16" | "bf16";

/**
 * Statements that read eight halves at an address and hand them on as two vectors. Four f16 are a dozen instructions;
 * eight at a time in lanes of 16 bits half as many, as long as none is 0, subnormal, infinite or NaN.
 */
export function eightHalves(type: HalfType, address: string, take: (low: string, high: string) => string): string {
  requireArguments("eightHalves", { address, take }, { address: "string", take: "function" });
  if (type !== "bf16" && type !== "f16")
    throw new KernelError(`eightHalves: type must be "bf16" or "f16"; got ${describeValue(type)}.`);
  if (type === "bf16")
    return `{ let halves = load4i(${address}); ${take("as_vec4f(first_words(vec4i(0), halves))", "as_vec4f(last_words(vec4i(0), halves))")} }`;
  // The exponent's bias moves from 15 to 127; of the number's bits, 13 are in the upper half of the word and 3 in the
  // lower.
  // Exponents of 0 and 31 are the lanes beyond −0x8000 + 0x77ff.
  return `{
    let halves = load4i(${address});
    let upper = add_halves(shift_halves_right(halves, 3) & 0x8fff8fff, 0x38003800);
    let lower = shift_halves_left(halves, 13);
    var low = as_vec4f(first_words(lower, upper));
    var high = as_vec4f(last_words(lower, upper));
    if (any(greater_halves(add_halves(halves & 0x7fff7fff, 0x7c007c00), 0xf7fff7ff))) {
      low = widen_f16(first_words(halves, vec4i(0)));
      high = widen_f16(last_words(halves, vec4i(0)));
    }
    ${take("low", "high")}
  }`;
}

const widenKernel = defineWasmKernel({
  name: "widen",
  params: { x: "ptr", y: "ptr", begin: "u32", end: "u32" },
  body: ({ from }: { readonly from: HalfType }) => `
  var source = x + begin * 8;
  for (var i = begin * 16; i < end * 16; i += 32) {
    ${eightHalves(from, "source", (low, high) => `store4(y + i, ${low}); store4(y + i + 16, ${high});`)}
    source += 16;
  }`,
});

/** y = the f32 of `size` halves x. */
export const widenWasm: {
  program(spec: {
    readonly from: HalfType;
    readonly size: number;
    readonly names?: { readonly x?: string; readonly y?: string };
  }): WasmProgram;
} = {
  program: ({ from, size, names: { x = "x", y = "y" } = {} }) =>
    wasmProgram([wasmCall(widenKernel, { from }, { x, y }, vectors(size))]),
};
