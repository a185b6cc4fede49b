// The 16 bits of f16 and bf16 as f32 and back, by integers.
import type { FunctionTable } from "./function-tables.ts";

export const halfFunctions: FunctionTable = {
  /** The f32 of the 16 bits of an f16, by integers: exact, subnormals too, on every implementation. */
  f16_value: {
    wgsl: `fn f16_value(half: u32) -> f32 {
  let sign = (half & 0x8000u) << 16u;
  let magnitude = half & 0x7fffu;
  if (magnitude < 0x400u) { return select(1.0, -1.0, sign != 0u) * f32(magnitude) * 5.9604645e-8; }
  let exponent = select(0x38000000u, 0x70000000u, magnitude >= 0x7c00u);
  return bitcast<f32>(sign | ((magnitude << 13u) + exponent));
}`,
  },
  /** The 16 bits of an f16, rounded to nearest even; from 65520 on infinite. */
  f16_bits: {
    wgsl: `fn f16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) { return sign | 0x7e00u; }
  if (magnitude >= 0x47800000u) { return sign | 0x7c00u; }
  if (magnitude >= 0x38800000u) {
    let rebased = magnitude - 0x38000000u;
    return sign | ((rebased + 0xfffu + ((rebased >> 13u) & 1u)) >> 13u);
  }
  let exponent = magnitude >> 23u;
  if (exponent < 102u) { return sign; }
  let shift = 126u - exponent;
  let mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  return sign | ((mantissa + (1u << (shift - 1u)) - 1u + ((mantissa >> shift) & 1u)) >> shift);
}`,
  },
  /** The f32 of the 16 bits of a bf16. */
  bf16_value: { wgsl: `fn bf16_value(half: u32) -> f32 { return bitcast<f32>(half << 16u); }` },
  /** The 16 bits of a bf16, rounded to nearest even. */
  bf16_bits: {
    wgsl: `fn bf16_bits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return (bits >> 16u) | 0x40u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
  },
};

/** WGSL `fn name(x: vec4f) -> vec2u`: four consecutive numbers as they are stored, rounded to nearest even. */
export function encodeFunction(type: "f16" | "bf16", name: string): string {
  const { wgsl } = halfFunctions[`${type}_bits`]!;
  const bits = (lane: string): string => `${type}_bits(x.${lane})`;
  return `${wgsl}\nfn ${name}(x: vec4f) -> vec2u {\n  return vec2u(${bits("x")} | (${bits("y")} << 16u), ${bits("z")} | (${bits("w")} << 16u));\n}\n`;
}
