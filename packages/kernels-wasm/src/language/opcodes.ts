// Which instruction an operator compiles to, by the type of its operands.
import type { Type } from "./syntax.ts";

/** Bytes of code, nested as expressions are. */
export type Code = number | readonly Code[];

/** Little-endian base-128 of an unsigned number. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 127;
    rest >>>= 7;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return bytes;
}

/** Little-endian base-128 of a signed 32-bit number. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && !(low & 64)) || (rest === -1 && low & 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** A vector instruction by its number. */
export function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)];
}

/** An instruction, and the type of what it leaves. */
export interface Operation {
  readonly code: readonly number[];
  readonly type: Type;
}

const integer = { "+": 0x6a, "-": 0x6b, "*": 0x6c, "&": 0x71, "|": 0x72, "^": 0x73, "<<": 0x74 };
const integerComparison = { "==": 0x46, "!=": 0x47 };
const arithmetic: Readonly<Record<Type, Readonly<Record<string, number>>>> = {
  u32: { ...integer, "/": 0x6e, "%": 0x70, ">>": 0x76 },
  i32: { ...integer, "/": 0x6d, "%": 0x6f, ">>": 0x75 },
  f32: { "+": 0x92, "-": 0x93, "*": 0x94, "/": 0x95 },
  bool: { "&&": 0x71, "||": 0x72, "==": 0x46, "!=": 0x47 },
  vec4f: { "+": 228, "-": 229, "*": 230, "/": 231 },
  vec4i: { "+": 174, "-": 177, "*": 181, "&": 78, "|": 80, "^": 81, "<<": 171, ">>": 172 },
  vec4u: { "+": 174, "-": 177, "*": 181, "&": 78, "|": 80, "^": 81, "<<": 171, ">>": 173 },
  vec2d: { "+": 240, "-": 241, "*": 242, "/": 243 },
  vec4b: { "&&": 78, "||": 80, "&": 78, "|": 80, "^": 81 },
};
const comparison: Readonly<Record<Type, Readonly<Record<string, number>>>> = {
  u32: { ...integerComparison, "<": 0x49, ">": 0x4b, "<=": 0x4d, ">=": 0x4f },
  i32: { ...integerComparison, "<": 0x48, ">": 0x4a, "<=": 0x4c, ">=": 0x4e },
  f32: { "==": 0x5b, "!=": 0x5c, "<": 0x5d, ">": 0x5e, "<=": 0x5f, ">=": 0x60 },
  bool: {},
  vec4f: { "==": 65, "!=": 66, "<": 67, ">": 68, "<=": 69, ">=": 70 },
  vec4i: { "==": 55, "!=": 56, "<": 57, ">": 59, "<=": 61, ">=": 63 },
  vec4u: { "==": 55, "!=": 56, "<": 58, ">": 60, "<=": 62, ">=": 64 },
  vec4b: { "==": 55, "!=": 56 },
  vec2d: {},
};
const unary: Readonly<Record<string, Partial<Record<Type, readonly number[]>>>> = {
  "-": { f32: [0x8c], vec4f: simd(225), vec4i: simd(161), i32: [0x41, 0x7f, 0x6c] },
  "!": { bool: [0x45], vec4b: simd(77) },
  "~": { u32: [0x41, 0x7f, 0x73], i32: [0x41, 0x7f, 0x73], vec4i: simd(77), vec4u: simd(77), vec4b: simd(77) },
};
const functions: Readonly<Record<string, Partial<Record<Type, readonly number[]>>>> = {
  abs: { f32: [0x8b], vec4f: simd(224), vec4i: simd(160) },
  sqrt: { f32: [0x91], vec4f: simd(227) },
  floor: { f32: [0x8e], vec4f: simd(104) },
  ceil: { f32: [0x8d], vec4f: simd(103) },
  trunc: { f32: [0x8f], vec4f: simd(105) },
  round: { f32: [0x90], vec4f: simd(106) },
  // a < b ? b : a: one instruction, where the exact minimum takes several on x86. A NaN in `a` stays.
  min: { f32: [0x96], vec4f: simd(234), vec4i: simd(182), vec4u: simd(183) },
  max: { f32: [0x97], vec4f: simd(235), vec4i: simd(184), vec4u: simd(185) },
  // NaN where either is
  min_nan: { f32: [0x96], vec4f: simd(232) },
  max_nan: { f32: [0x97], vec4f: simd(233) },
  quotient: { f32: [0x95], vec4f: simd(231) },
};

/** Whether values of a type are vectors. */
export function isVector(type: Type): boolean {
  return type.startsWith("vec");
}

/** `a op b` of one type (a shift count is a scalar). */
export function binaryOperation(op: string, type: Type): Operation | undefined {
  const encode = (opcode: number): readonly number[] => (isVector(type) ? simd(opcode) : [opcode]);
  const compared = comparison[type][op];
  if (compared !== undefined) return { code: encode(compared), type: isVector(type) ? "vec4b" : "bool" };
  const computed = arithmetic[type][op];
  return computed === undefined ? undefined : { code: encode(computed), type };
}

export function unaryOperation(op: string, type: Type): Operation | undefined {
  const code = unary[op]?.[type];
  return code && { code, type };
}

/** Functions that are one instruction and keep the type. */
export function functionOperation(name: string, type: Type): Operation | undefined {
  const code = functions[name]?.[type];
  return code && { code, type };
}

/** Whether a name is one of those functions. */
export function isFunctionOperation(name: string): boolean {
  return name in functions;
}

/** How a type is written in a module. */
export function valueType(type: Type): number {
  return isVector(type) ? 0x7b : type === "f32" ? 0x7d : 0x7f;
}
