// Rotary position embedding: pairs of a head's first elements turn by an angle that grows with the position.
import type { RotarySpec } from "@x/base";
import { rotaryWasm } from "@x/kernels-wasm";
import { rotary as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  arange,
  type Case,
  cast,
  checkOptions,
  concat,
  ConfigError,
  cos,
  definePrimitive,
  mul,
  opScope,
  type OutputRows,
  type Primitive,
  requireArity,
  requireCount,
  requireDType,
  requireNumber,
  requireOptions,
  reshape,
  ShapeError,
  showShape,
  sin,
  sizeOf,
  slice,
  type Spec,
  stack,
  sub,
  type Tensor,
  tensor,
} from "@x/tensor/core";
import { checkLike, stridesOf } from "./spec.ts";

/** How a rotation is: see {@link rotary}. */
export interface RotaryOptions {
  /** first elements of a head that are rotated, an even number; the others pass */
  readonly size: number;
  /** base of the frequencies; default 10000 */
  readonly theta?: number;
  /** pairs are neighbours, 2i and 2i + 1; default false: i and i + size/2 */
  readonly interleaved?: boolean;
}

/** Parameters of a rotation; `inverse`: by −angle, which is its gradient. */
export interface RotaryParams extends Required<RotaryOptions> {
  readonly inverse: boolean;
}

/** θ^(−2i/size) of each pair i, in doubles. */
function frequencies({ size, theta }: Pick<RotaryParams, "size" | "theta">): Float64Array {
  return Float64Array.from({ length: size / 2 }, (_, i) => theta ** ((-2 * i) / size));
}

function check(x: Spec, positions: Spec | undefined, { size }: RotaryParams): void {
  const op = "rotary";
  requireDType(op, "x", x.dtype, ["f32", "f64"]);
  if (x.shape.length !== 4)
    throw new ShapeError(`${op}: x must be [b, l, heads, a]; got ${showShape(x.shape)}.`, { op, got: x.shape });
  const [b, l, , headDim] = x.shape as [number, number, number, number];
  if (size > headDim) throw ShapeError.must(op, "size", `be at most a, ${headDim}`, size, headDim);
  if (positions) checkLike(op, "positions", positions, positions.shape.length === 1 ? [b] : [b, l], "i32");
}

/** What the kernels' programs depend on. */
function specOf(
  x: Spec,
  positions: Spec | undefined,
  { size, theta, interleaved, inverse }: RotaryParams,
  y: OutputRows,
): RotarySpec {
  const [b, l, heads, headDim] = x.shape as [number, number, number, number];
  return {
    b,
    l,
    heads,
    headDim,
    size,
    theta,
    interleaved,
    inverse,
    positions: positions === undefined ? "none" : positions.shape.length === 1 ? "row" : "token",
    strides: stridesOf({ x: [x.rows, x.shape], y: [y["y"], x.shape] }),
  };
}

function rotaryCase(
  name: string,
  shape: readonly [number, number, number, number],
  options: RotaryOptions & {
    readonly positions?: readonly number[];
    readonly inverse?: boolean;
    readonly bench?: true;
  },
): Case<"x", "positions", RotaryParams> {
  const { size, theta = 10000, interleaved = false, inverse = false, positions, bench } = options;
  const at = positions?.length === shape[0] ? [shape[0]] : [shape[0], shape[1]];
  return {
    name,
    inputs: {
      x: shape,
      ...(positions && { positions: { shape: at, dtype: "i32", fill: { values: positions } } }),
    },
    params: { size, theta, interleaved, inverse },
    ...(bench ? { bench } : {}),
  };
}

/** Inputs x [b, l, heads, a], positions i32 [b] or [b, l]; output y like x. */
export const rotaryPrimitive: Primitive<"x", "positions", "y", RotaryParams> = definePrimitive({
  name: "rotary",
  inputs: ["x"],
  optional: ["positions"],
  outputs: ["y"],
  infer({ x, positions }, params: RotaryParams) {
    check(x, positions, params);
    return { y: { shape: x.shape, dtype: x.dtype } };
  },
  reference({ x, positions }, params) {
    const { size, interleaved, inverse } = params;
    const [b, l, heads, headDim] = x.shape as [number, number, number, number];
    const { device, dtype } = x;
    const tokens = arange(0, l, 1, { dtype: "i32", device });
    const of =
      positions === undefined
        ? tokens
        : positions.shape.length === 1
          ? add(reshape(positions, [b, 1]), tokens)
          : positions;
    const table = tensor(frequencies(params), { dtype, device });
    const angles = mul(reshape(cast(of, dtype), [-1, l, 1, 1]), table); // [b or 1, l, 1, size/2]
    const [cosine, sine] = [cos(angles), inverse ? mul(sin(angles), -1) : sin(angles)];
    const turned = slice(x, 3, 0, size);
    const pairs = reshape(turned, [b, l, heads, ...(interleaved ? [size / 2, 2] : [2, size / 2])]);
    const half = (k: number): Tensor => reshape(slice(pairs, interleaved ? 4 : 3, k, k + 1), [b, l, heads, size / 2]);
    const [first, second] = [half(0), half(1)];
    const rotated = [sub(mul(first, cosine), mul(second, sine)), add(mul(second, cosine), mul(first, sine))];
    const joined = reshape(interleaved ? stack(rotated, 4) : concat(rotated, 3), [b, l, heads, size]);
    return { y: size === headDim ? joined : concat([joined, slice(x, 3, size)], 3) };
  },
  views: ["x", "y"],
  viewAlignment: 4,
  rowAxes: { x: 2, y: 2 },
  webgpu: ({ x, positions }, params, caps, y) => kernels.program(specOf(x, positions, params, y), caps),
  wasm: ({ x, positions }, params, y) => rotaryWasm.program(specOf(x, positions, params, y)),
  vjp: ({ x: { positions }, grad: { y }, p }) => ({
    x: y && apply(rotaryPrimitive, { x: y, positions }, { ...p, inverse: !p.inverse }).y,
  }),
  cases: [
    rotaryCase("one pair", [1, 1, 1, 2], { size: 2, positions: [3] }),
    rotaryCase("whole heads", [2, 5, 3, 8], { size: 8 }),
    rotaryCase("a part of heads of odd size", [2, 5, 3, 7], { size: 4, positions: [0, 9] }),
    rotaryCase("neighbours", [1, 9, 2, 12], { size: 12, interleaved: true, positions: [2] }),
    rotaryCase("neighbours, a part of each head, backwards", [1, 6, 2, 12], {
      size: 6,
      interleaved: true,
      inverse: true,
    }),
    rotaryCase("positions of each token", [2, 3, 4, 16], { size: 8, positions: [0, 1, 2, 7, 0, 3] }),
    rotaryCase("positions far away", [2, 4, 2, 64], { size: 64, theta: 1e11, positions: [262140, 99999] }),
    rotaryCase("more tokens than a workgroup", [1, 129, 2, 20], { size: 20 }),
    rotaryCase("q and k of 4096 tokens", [1, 4096, 10, 64], { size: 64, bench: true }),
  ],
  cost: ({ x }) => ({ flops: 3 * sizeOf(x.shape), bytes: 8 * sizeOf(x.shape) }),
});

/** The options of a rotation with their defaults. @throws ConfigError */
export function rotaryParams(op: string, options: RotaryOptions): Required<RotaryOptions> {
  requireOptions(op, options);
  checkOptions<RotaryOptions>(op, options, { size: true, theta: true, interleaved: "boolean" });
  const { size, theta = 10000, interleaved = false } = options;
  requireCount(op, "size", size, 2);
  if (size % 2 !== 0) throw new ConfigError(`${op}: size must be even; got ${size}.`, { op, field: "size", got: size });
  requireNumber(op, "theta", theta, "a finite number above 0", (value) => value > 0 && value < Infinity);
  return { size, theta, interleaved };
}

/**
 * Rotary position embedding: pair i of the first `size` elements of every head turns by position · θ^(−2i/size). Angles are f32 products of the exact position and
 * a frequency that is computed in doubles and rounded once.
 *
 * @param x [b, l, heads, a], f32 or f64: queries, keys, or both side by side as the heads of one tensor
 * @param positions i32: [b], the position of each row's first token, or [b, l], of each token
 * @returns x's shape
 * @throws ShapeError, DTypeError when they do not fit together; ConfigError for options that are none
 * Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021.
 * @example
 * const y = rotary(ones([1, 2, 1, 2]), tensor([0], { dtype: "i32" }), { size: 2 });
 * console.log(await y.toArray()); // [[[[1, 1]], [[-0.301, 1.382]]]]
 */
export function rotary(x: Tensor, positions: Tensor, options: RotaryOptions): Tensor {
  requireArity("rotary", arguments, 3);
  const params = rotaryParams("rotary", options);
  return opScope("rotary", { x, positions }, () => rotated(x, positions, params));
}

/** The rotation; without positions every row begins at 0. */
export function rotated(x: Tensor, positions: Tensor | undefined, params: Required<RotaryOptions>): Tensor {
  return apply(rotaryPrimitive, { x, positions }, { ...params, inverse: false }).y;
}
