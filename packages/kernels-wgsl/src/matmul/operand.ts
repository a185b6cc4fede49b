// Element types of operands and results in memory, and the WGSL that reads and writes them. Everything is
// computed in f32.
import { encodeFunction } from "../elementwise/half-bits.ts";

/**
 * Element types of activations and results. f16 and bf16 are packed two to a u32 word, the first in the low half; no
 * feature is needed for them.
 */
export type StorageType = "f32" | "f16" | "bf16";

/**
 * Element types of a weight. int8 is packed four and int4 eight to a u32 word, the first in the lowest bits, in two's
 * complement; element (j, k) of such a weight is its integer times `scales[j, k / groupSize]`.
 */
export type WeightType = StorageType | "int8" | "int4";

/** Elements of each type in a u32 word. */
export const elementsPerWord: Readonly<Record<WeightType, 1 | 2 | 4 | 8>> = {
  f32: 1,
  f16: 2,
  bf16: 2,
  int8: 4,
  int4: 8,
};

/** True of the types whose numbers are multiplied by a scale per group. */
export function isGrouped(type: WeightType): type is "int8" | "int4" {
  return type === "int8" || type === "int4";
}

/** What the array of a binding holds: read by vectors of four consecutive elements, or one by one. */
export function boundElement(type: WeightType, vector: boolean): "vec4f" | "vec2u" | "u32" | "f32" {
  if (type === "f32") return vector ? "vec4f" : "f32";
  return vector && (type === "f16" || type === "bf16") ? "vec2u" : "u32";
}

/** WGSL functions from what is bound to f32; those of grouped types leave out the scale. */
const decoders: Readonly<Record<Exclude<WeightType, "f32">, { readonly vector: string; readonly element: string }>> = {
  f16: {
    vector:
      "fn f16_vector(words: vec2u) -> vec4f {\n  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));\n}\n",
    element:
      "fn f16_element(word: u32, index: u32) -> f32 {\n  return unpack2x16float(word >> (index % 2u * 16u)).x;\n}\n",
  },
  bf16: {
    vector:
      "fn bf16_vector(words: vec2u) -> vec4f {\n  return bitcast<vec4f>(vec4u(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));\n}\n",
    element:
      "fn bf16_element(word: u32, index: u32) -> f32 {\n  return bitcast<f32>((word >> (index % 2u * 16u)) << 16u);\n}\n",
  },
  int8: {
    vector:
      "fn int8_vector(word: u32) -> vec4f {\n  return vec4f(vec4i(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));\n}\n",
    element:
      "fn int8_element(word: u32, index: u32) -> f32 {\n  return f32(i32(word << (24u - index % 4u * 8u)) >> 24u);\n}\n",
  },
  int4: {
    vector:
      "fn int4_vector(word: u32, index: u32) -> vec4f {\n  return vec4f(vec4i(vec4u(word >> (index % 2u * 16u)) << vec4u(28u, 24u, 20u, 16u)) >> vec4u(28u));\n}\n",
    element:
      "fn int4_element(word: u32, index: u32) -> f32 {\n  return f32(i32(word << (28u - index % 8u * 4u)) >> 28u);\n}\n",
  },
};

/**
 * WGSL expression, a vec4f: elements 4·index … 4·index + 3 of binding `name`, which is bound by vectors. `index` is an
 * expression without side effects.
 */
export function readVector(name: string, type: WeightType, index: string): string {
  if (type === "f32") return `${name}[${index}]`;
  return type === "int4" ? `int4_vector(${name}[(${index}) / 2u], ${index})` : `${type}_vector(${name}[${index}])`;
}

/** WGSL expression, an f32: element `index` of binding `name`, which is bound one by one. */
export function readElement(name: string, type: WeightType, index: string): string {
  return type === "f32"
    ? `${name}[${index}]`
    : `${type}_element(${name}[(${index}) / ${elementsPerWord[type]}u], ${index})`;
}

/** The WGSL functions that {@link readVector} (`vector`) or {@link readElement} of these operands call. */
export function decodersOf(operands: readonly { readonly type: WeightType; readonly vector: boolean }[]): string {
  return [
    ...new Set(
      operands.map(({ type, vector }) => (type === "f32" ? "" : decoders[type][vector ? "vector" : "element"])),
    ),
  ].join("");
}

/**
 * WGSL `fn encode_c(x: vec4f)`: four consecutive results as they are stored; rounded to nearest even, exactly alike on
 * every device. Empty for f32.
 */
export function encoderOf(type: StorageType): string {
  return type === "f32" ? "" : encodeFunction(type, "encode_c");
}
