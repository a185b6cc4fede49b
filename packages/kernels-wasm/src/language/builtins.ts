// Builtin functions that are more than one operator: memory, conversions, selection, lanes. Addresses are bytes; `p +
// 16` costs nothing, the constant becomes part of the instruction. load load4 load4i load4u load_splat load_u32
// load_i32 load_u16 load_u16x4      store store4 store4i store4u store_u32 store_u16 store_u16x4 copy_bytes fill_bytes
// add_halves greater_halves shift_halves_left shift_halves_right first_words last_words low_doubles high_doubles
// round_doubles join_doubles f32() u32() i32() bool() vec4f() vec4i() vec4u()  as_f32 as_u32 as_vec4f as_vec4i as_vec4u
// select  unless  fma  mul_high  min max  shuffle  any all
import { KernelError } from "@x/base";
import { type Code, isVector, signed, simd, unsigned } from "./opcodes.ts";
import type { Expr, Type } from "./syntax.ts";

/** A compiled expression: what pushes it. */
export interface Value {
  readonly type: Type;
  readonly code: Code;
}

/** What builtins need of the function being compiled. */
export interface Builder {
  readonly fma: boolean;
  value(node: Expr, want?: Type): Value;
  /** The value converted to `type`: literals take it, scalars fill vectors. */
  as(value: Value, type: Type): Code;
  /** Literal value of an expression, when it has one. */
  literal(node: Expr): number | undefined;
  /** A vector of four constants. */
  constant(lanes: ArrayBuffer, type: Type): Value;
  local(type: Type): number;
}

type Builtin = (f: Builder, args: readonly Expr[]) => Value | Code;

/** The address and the constant folded into the instruction. */
function address(f: Builder, node: Expr): { code: Code; offset: number } {
  if (node.kind === "binary" && node.op === "+") {
    const constant = f.literal(node.b);
    if (constant !== undefined && constant >= 0) {
      const { code, offset } = address(f, node.a);
      return { code, offset: offset + constant };
    }
  }
  return { code: f.value(node, "u32").code, offset: 0 };
}

function load(type: Type, opcode: readonly number[]): Builtin {
  return (f, [pointer]) => {
    const { code, offset } = address(f, pointer!);
    return { type, code: [code, opcode, 0, unsigned(offset)] };
  };
}

/** A statement: leaves nothing. */
function store(type: Type, opcode: readonly number[]): Builtin {
  return (f, [pointer, value]) => {
    const { code, offset } = address(f, pointer!);
    return [code, f.as(f.value(value!, type), type), opcode, 0, unsigned(offset)];
  };
}

function convert(type: Type, from: Partial<Record<Type, readonly number[]>>): Builtin {
  return (f, [arg]) => {
    const value = f.value(arg!, type);
    if (isVector(value.type) && !isVector(type)) return convertLanes(f, type, value);
    const code = value.type === type ? [] : from[value.type];
    if (!code)
      throw new KernelError(
        `kernel text: ${type}() must get one of ${Object.keys(from).join(", ")}; got ${value.type}.`,
        { kind: "compile" },
      );
    return { type, code: [value.code, code] };
  };
}

/** `f32(x)`, `i32(x)` and `bool(x)` of a vector convert its lanes, as an elementwise expression means it. */
function convertLanes(f: Builder, type: Type, { type: from, code }: Value): Value {
  const zero = f.constant(new ArrayBuffer(16), "vec4i").code;
  const one = (bits: ArrayBuffer): Code => [code, f.constant(bits, "vec4f").code, simd(78)];
  if (type === "bool")
    return { type: "vec4b", code: from === "vec4b" ? code : [code, zero, simd(from === "vec4f" ? 66 : 56)] };
  if (type === "f32") {
    const converted =
      from === "vec4b"
        ? one(new Float32Array(4).fill(1).buffer)
        : from === "vec4f"
          ? code
          : [code, simd(from === "vec4i" ? 250 : 251)];
    return { type: "vec4f", code: converted };
  }
  if (type === "i32" || type === "u32") {
    const converted =
      from === "vec4b"
        ? one(new Int32Array(4).fill(1).buffer)
        : from === "vec4f"
          ? [code, simd(type === "i32" ? 248 : 249)]
          : code;
    return { type: type === "i32" ? "vec4i" : "vec4u", code: converted };
  }
  throw new KernelError(`kernel text: ${type}() must get a scalar; got ${from}.`, { kind: "compile" });
}

/** `vec4f(a, b, c, d)` of literals, or one scalar in every lane, or a vector of another kind converted. */
function vector(
  type: "vec4f" | "vec4i" | "vec4u",
  lane: "f32" | "i32" | "u32",
  from: Partial<Record<Type, readonly number[]>>,
): Builtin {
  return (f, args) => {
    if (args.length === 4) {
      const lanes = args.map((arg) => f.literal(arg) ?? NaN);
      return f.constant((type === "vec4f" ? new Float32Array(lanes) : new Int32Array(lanes)).buffer, type);
    }
    if (f.literal(args[0]!) !== undefined) return f.value(args[0]!, type);
    const value = f.value(args[0]!, lane);
    if (!isVector(value.type)) return { type, code: f.as(value, type) };
    const converted = value.type === type ? [] : from[value.type];
    if (!converted)
      throw new KernelError(
        `kernel text: ${type}() must get one of ${Object.keys(from).join(", ")}; got ${value.type}.`,
        { kind: "compile" },
      );
    return { type, code: [value.code, converted] };
  };
}

/** The larger or smaller of two u32 or i32. */
function pick(f: Builder, args: readonly Expr[], type: "u32" | "i32", less: boolean): Value {
  const [a, b] = [f.local(type), f.local(type)];
  const compare = type === "u32" ? 0x49 : 0x48;
  const operands = args.map((arg) => f.as(f.value(arg, type), type));
  const [first, second] = less ? [a, b] : [b, a];
  return {
    type,
    code: [
      operands[0]!,
      0x22,
      unsigned(a),
      operands[1]!,
      0x22,
      unsigned(b),
      0x20,
      unsigned(first),
      0x20,
      unsigned(second),
      compare,
      0x1b,
    ],
  };
}

function halves(opcode: number): Builtin {
  return (f, args) => ({
    type: "vec4i",
    code: [args.map((arg) => f.as(f.value(arg, "vec4i"), "vec4i")), simd(opcode)],
  });
}

function halvesShifted(opcode: number): Builtin {
  return (f, [v, bits]) => ({
    type: "vec4i",
    code: [f.as(f.value(v!, "vec4i"), "vec4i"), f.as(f.value(bits!, "i32"), "i32"), simd(opcode)],
  });
}

function words(first: number): Builtin {
  const bytes = [0, 1, 2, 3].flatMap((i) => [
    2 * (first + i),
    2 * (first + i) + 1,
    16 + 2 * (first + i),
    17 + 2 * (first + i),
  ]);
  return (f, args) => ({
    type: "vec4i",
    code: [args.map((arg) => f.as(f.value(arg, "vec4i"), "vec4i")), simd(13), bytes],
  });
}

export const builtins: Readonly<Record<string, Builtin>> = {
  load: load("f32", [0x2a]),
  load_u32: load("u32", [0x28]),
  load_i32: load("i32", [0x28]),
  load_u16: load("u32", [0x2f]),
  load4: load("vec4f", simd(0)),
  load4i: load("vec4i", simd(0)),
  load4u: load("vec4u", simd(0)),
  load_splat: load("vec4f", simd(9)),
  load_u16x4: load("vec4i", simd(4)),
  store: store("f32", [0x38]),
  store_u32: store("u32", [0x36]),
  store_u16: store("u32", [0x3b]),
  store4: store("vec4f", simd(11)),
  store4i: store("vec4i", simd(11)),
  store4u: store("vec4u", simd(11)),
  /** the low halves of four lanes that hold no more */
  store_u16x4: (f, [pointer, value]) => {
    const { code, offset } = address(f, pointer!);
    const narrow = f.local("vec4u");
    const lanes = [f.as(f.value(value!, "vec4u"), "vec4u"), 0x22, unsigned(narrow), 0x20, unsigned(narrow), simd(134)];
    return [code, lanes, simd(91), 0, unsigned(offset), 0];
  },
  copy_bytes: (f, args) => [args.map((arg) => f.as(f.value(arg, "u32"), "u32")), 0xfc, 10, 0, 0],
  fill_bytes: (f, args) => [args.map((arg) => f.as(f.value(arg, "u32"), "u32")), 0xfc, 11, 0],
  f32: convert("f32", { u32: [0xb3], i32: [0xb2] }),
  u32: convert("u32", { i32: [], bool: [], f32: [0xfc, 1] }),
  i32: convert("i32", { u32: [], bool: [], f32: [0xfc, 0] }),
  bool: convert("bool", { u32: [0x41, 0, 0x47], i32: [0x41, 0, 0x47] }),
  vec4f: vector("vec4f", "f32", { vec4i: simd(250), vec4u: simd(251) }),
  vec4i: vector("vec4i", "i32", { vec4f: simd(248), vec4u: [] }),
  vec4u: vector("vec4u", "u32", { vec4f: simd(249), vec4i: [] }),
  as_f32: convert("f32", { u32: [0xbe], i32: [0xbe] }),
  as_u32: convert("u32", { f32: [0xbc], i32: [] }),
  as_vec4f: convert("vec4f", { vec4i: [], vec4u: [], vec4b: [] }),
  as_vec4i: convert("vec4i", { vec4f: [], vec4u: [], vec4b: [] }),
  as_vec4u: convert("vec4u", { vec4f: [], vec4i: [], vec4b: [] }),
  any: (f, [mask]) => ({ type: "bool", code: [f.value(mask!).code, simd(83)] }),
  all: (f, [mask]) => ({ type: "bool", code: [f.value(mask!).code, simd(163)] }),
  /** `select(no, yes, condition)`, as in WGSL */
  select: (f, [no, yes, condition]) => {
    const mask = f.value(condition!);
    const known = [yes!, no!].map((node) => (f.literal(node) === undefined ? f.value(node) : undefined));
    const own = known[0]?.type ?? known[1]?.type ?? "f32";
    const type = mask.type === "vec4b" && own === "f32" ? "vec4f" : own;
    const operands = [yes!, no!].map((node, i) => f.as(known[i] ?? f.value(node, type), type));
    return { type, code: [operands, mask.code, mask.type === "vec4b" ? simd(82) : 0x1b] };
  },
  /** `unless(value, mask)`: 0 where the mask holds; one instruction, where select takes three on x86 */
  unless: (f, [value, mask]) => {
    const kept = f.value(value!);
    return { type: kept.type, code: [kept.code, f.value(mask!).code, simd(79)] };
  },
  /** a·b + c: with one rounding where the engine has relaxed SIMD, else with two */
  fma: (f, args) => {
    const [a, b, c] = args.map((arg) => f.as(f.value(arg, "vec4f"), "vec4f")) as [Code, Code, Code];
    return { type: "vec4f", code: f.fma ? [a, b, c, simd(0x105)] : [a, b, simd(230), c, simd(228)] };
  },
  /** the upper 32 of the 64 bits of each lane's product */
  mul_high: (f, args) => {
    const operands = args.map((arg) => f.as(f.value(arg, "vec4u"), "vec4u"));
    const [a, b] = [f.local("vec4u"), f.local("vec4u")];
    const product = (opcode: number): Code => [0x20, unsigned(a), 0x20, unsigned(b), simd(opcode)];
    const upper = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31];
    return {
      type: "vec4u",
      code: [operands, 0x21, unsigned(b), 0x21, unsigned(a), product(222), product(223), simd(13), upper],
    };
  },
  /** eight lanes of 16 bits in a vec4i: sums, shifts by a number of bits, which are greater (all bits of a lane) */
  add_halves: halves(142),
  greater_halves: halves(49),
  shift_halves_left: halvesShifted(139),
  shift_halves_right: halvesShifted(140),
  /**
   * words whose low halves are the first (last) four of eight lanes of 16 bits of `a`, their high halves those of `b`
   */
  first_words: words(0),
  last_words: words(4),
  /** lanes 0–3 are those of `a`, 4–7 those of `b` */
  shuffle: (f, [a, b, ...lanes]) => {
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => f.literal(lane)! * 4 + byte));
    const value = f.value(a!);
    return { type: value.type, code: [value.code, f.value(b!).code, simd(13), bytes] };
  },
  /** the first (last) two lanes as doubles, and two doubles as the first two lanes */
  low_doubles: (f, [v]) => ({ type: "vec2d", code: [f.as(f.value(v!, "vec4f"), "vec4f"), simd(95)] }),
  high_doubles: (f, [v]) => {
    const upper = [8, 9, 10, 11, 12, 13, 14, 15];
    const zero = f.constant(new ArrayBuffer(16), "vec4f").code;
    return { type: "vec2d", code: [f.as(f.value(v!, "vec4f"), "vec4f"), zero, simd(13), upper, upper, simd(95)] };
  },
  round_doubles: (f, [v]) => ({ type: "vec4f", code: [f.value(v!).code, simd(94)] }),
  /** two doubles and two more as four lanes */
  join_doubles: (f, [low, high]) => {
    const halves = [low!, high!].map((node) => [f.value(node, "vec2d").code, simd(94)]);
    return { type: "vec4f", code: [halves, simd(13), [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]] };
  },
  min_u32: (f, args) => pick(f, args, "u32", true),
  max_u32: (f, args) => pick(f, args, "u32", false),
  min_i32: (f, args) => pick(f, args, "i32", true),
  max_i32: (f, args) => pick(f, args, "i32", false),
};

/** Code that pushes a literal of a scalar type. */
export function scalarLiteral(value: number, type: Type): Code {
  return type === "f32" ? [0x43, ...new Uint8Array(new Float32Array([value]).buffer)] : [0x41, signed(value)];
}
