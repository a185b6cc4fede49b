// Integers of 8 or 4 bits times a scale per group, as f32.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Kernel, type Program } from "../kernel.ts";

const WORKGROUP = 64;

export interface DequantizeConfig {
  readonly bits: 8 | 4;
}

/** A thread makes four numbers; README.md. */
export const dequantizeKernel: Kernel<"packed" | "scales" | "y", "count" | "groupVectors", DequantizeConfig> = defineKernel({
  name: "dequantize",
  uniforms: { count: "u32", groupVectors: "u32" },
  bindings: () => ({ packed: "read u32", scales: "read f32", y: "read_write vec4f" }),
  wgsl: ({ bits }) => linearMain(WORKGROUP, `  if (index >= u.count) { return; }
  let word = ${bits === 8 ? "packed[index]" : "packed[index / 2u] >> (index % 2u * 16u)"};
  let integers = vec4i(vec4u(word) << ${bits === 8 ? "vec4u(24u, 16u, 8u, 0u)" : "vec4u(28u, 24u, 20u, 16u)"}) >> vec4u(${32 - bits}u);
  y[index] = vec4f(integers) * scales[index / u.groupVectors];`),
});

/** `size` numbers, a multiple of groupSize, which is one of 8. */
export interface DequantizeSpec {
  readonly bits: 8 | 4;
  readonly size: number;
  readonly groupSize: number;
}

/** y[i] = integer i of `packed` · scales[i / groupSize]; exact up to the rounding of that product. Buffers: packed, scales, y. */
export const dequantize: {
  program(spec: DequantizeSpec, caps?: Caps): Program;
  readonly kernels: { readonly dequantize: typeof dequantizeKernel };
} = {
  program: ({ bits, size, groupSize }, caps = baseCaps) => ({
    temps: {},
    dispatches: size === 0 ? [] : [
      dispatch(dequantizeKernel, {
        config: { bits }, buffers: { packed: "packed", scales: "scales", y: "y" },
        uniforms: { count: size / 4, groupVectors: groupSize / 4 }, workgroups: grid1d(size / 4, WORKGROUP, caps),
      }),
    ],
  }),
  kernels: { dequantize: dequantizeKernel },
};
