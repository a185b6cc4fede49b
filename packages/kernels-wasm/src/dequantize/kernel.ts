// Integers of 8 or 4 bits times a scale per group, as f32.
import { defineWasmKernel, wasmCall, type WasmProgram, wasmProgram } from "../kernel.ts";
import { fourIntegers } from "./integers.ts";

interface DequantizeConfig {
  readonly bits: 8 | 4;
}

const dequantizeKernel = defineWasmKernel({
  name: "dequantize",
  params: { packed: "ptr", scales: "ptr", y: "ptr", words: "u32", begin: "u32", end: "u32" },
  body: ({ bits }: DequantizeConfig) => `
  var to = y + begin * words * ${bits === 8 ? 16 : 32};
  for (var group = begin; group < end; group += 1) {
    let scale = load_splat(scales + group * 4);
    let last = packed + (group + 1) * words * 4;
    for (var from = packed + group * words * 4; from < last; from += 4) {
      let word = vec4i(load_i32(from));
      store4(to, ${fourIntegers(bits, 0)});
      ${
        bits === 8
          ? "to += 16;"
          : `store4(to + 16, ${fourIntegers(bits, 4)});
      to += 32;`
      }
    }
  }`,
});

/**
 * y[i] = integer i of `packed` · scales[i / groupSize], over buffers packed, scales and `names.y` (default y). `size`
 * is a multiple of groupSize, which is one of 8.
 */
export const dequantizeWasm: {
  program(spec: {
    readonly bits: 8 | 4;
    readonly size: number;
    readonly groupSize: number;
    readonly names?: { readonly y?: string };
  }): WasmProgram;
} = {
  program: ({ bits, size, groupSize, names: { y = "y" } = {} }) =>
    wasmProgram([
      wasmCall(
        dequantizeKernel,
        { bits },
        { y, words: (groupSize * bits) / 32 },
        {
          count: size / groupSize,
          grain: Math.ceil(256 / groupSize),
        },
      ),
    ]),
};
