// Integers of 8 or 4 bits times a scale per group, as f32.
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearMain } from "../grid.ts";
import { defineKernel, dispatch, type Program, programOf } from "../kernel.ts";
import { decodersOf, readVector } from "../matmul/operand.ts";

const WORKGROUP = 64;

const typeOf = (bits: 8 | 4): "int8" | "int4" => (bits === 8 ? "int8" : "int4");

export interface DequantizeConfig {
  readonly bits: 8 | 4;
}

/** A thread makes four numbers; README.md. */
export const dequantizeKernel = defineKernel({
  name: "dequantize",
  uniforms: { count: "u32", groupVectors: "u32" },
  bindings: () => ({ packed: "read u32", scales: "read f32", y: "read_write vec4f" }),
  wgsl: ({ bits }: DequantizeConfig) =>
    `${decodersOf([{ type: typeOf(bits), vector: true }])}${linearMain(
      WORKGROUP,
      `  if (index >= u.count) { return; }
  y[index] = ${readVector("packed", typeOf(bits), "index")} * scales[index / u.groupVectors];`,
    )}`,
});

/** `size` numbers, a multiple of groupSize, which is one of 8. */
export interface DequantizeSpec {
  readonly bits: 8 | 4;
  readonly size: number;
  readonly groupSize: number;
}

/**
 * Dequantization: y[i] = (integer i of `packed`) · scales[i / groupSize], f32 [size], of signed 8- or 4-bit integers
 * packed into u32 words, lowest bits first. Buffers `packed` [size·bits/32], `scales` [size/groupSize], `y` [size].
 *
 * @example
 * const runner = createRunner(gpuDevice);
 * const [packed, scales, y] = [4, 4, 16].map((sizeBytes) => runner.createBuffer(sizeBytes));
 * runner.write(packed!, new Int8Array([1, -1, 2, -2]));
 * runner.write(scales!, new Float32Array([0.5]));
 * runner.run(dequantize.program({ bits: 8, size: 4, groupSize: 8 }), { packed: packed!, scales: scales!, y: y! });
 * console.log(new Float32Array(await runner.read(y!, 16))); // 0.5, -0.5, 1, -1
 */
export const dequantize: {
  program(spec: DequantizeSpec, caps?: Caps): Program;
} = {
  program: ({ bits, size, groupSize }, caps = baseCaps) =>
    programOf(
      size === 0
        ? []
        : [
            dispatch(dequantizeKernel, {
              config: { bits },
              uniforms: { count: size / 4, groupVectors: groupSize / 4 },
              workgroups: grid1d(size / 4, WORKGROUP, caps),
            }),
          ],
    ),
};
