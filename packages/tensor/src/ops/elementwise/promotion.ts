// Type promotion of elementwise ops: the rule for numbers and integer tensors, in one place.
//
// A number takes the dtype of the tensor beside it, on every device and in either order:
// - beside a float it is rounded to that float, as PyTorch does;
// - beside i32, u32 or bool a whole number within the type's range keeps the type. Any other number (a fraction, ±∞,
//   NaN, out of range) is compared exactly by the comparisons, and refused by everything else: "cast first". Nothing is
//   ever cut off silently.
// Tensors of two dtypes are refused. Division of integers is true division: it gives f32. Integers wrap modulo 2³², on
// every device.
import { describeValue } from "@x/base";
import { computeDTypes, type DType, requireDType } from "../../numbers/dtype.ts";
import { DTypeError } from "../../errors.ts";
import { canHold, describeLimits, integerLimits } from "../../numbers/integer-limits.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import { cast } from "../cast.ts";
import { constant } from "../creation.ts";

/** The op as it is called: its name and the dtypes it takes. */
export interface Called {
  readonly name: string;
  /** default f32 and f64 */
  readonly types?: readonly DType[];
}

/** The tensor among two operands. */
function tensorAmong(op: string, a: TensorLike, b: TensorLike): Tensor {
  checkOperand(op, "a", a);
  checkOperand(op, "b", b);
  if (a instanceof Tensor) return a;
  if (b instanceof Tensor) return b;
  throw new TypeError(`${op}: at least one operand must be a tensor; got two numbers.`);
}

/** Raises unless `x` is a tensor or a number. */
export function checkOperand(op: string, name: string, x: unknown): void {
  if (x instanceof Tensor || typeof x === "number") return;
  throw new DTypeError(`${op}: ${name} must be a tensor or a number; got ${describeValue(x)}.`, { op, got: x });
}

/** A number as a scalar of `like`'s dtype on its device; a tensor as it is. */
export function asTensor(op: string, name: string, x: TensorLike, like: Tensor): Tensor {
  if (x instanceof Tensor) return x;
  checkOperand(op, name, x);
  if (!canHold(like.dtype, x)) {
    throw new DTypeError(
      `${op}: ${name}, a number beside ${like.dtype}, must be ${describeLimits(like.dtype)}; got ${describeValue(x)}. Cast first: cast(x, "f32").`,
      {
        op,
        expected: integerLimits(like.dtype),
        got: x,
      },
    );
  }
  return constant(x, like.dtype, like.device);
}

/** Two operands of arithmetic, numbers made tensors. */
export function arithmeticOperands(op: Called, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const like = tensorAmong(op.name, a, b);
  requireDType(op.name, like === a ? "a" : "b", like.dtype, op.types ?? computeDTypes);
  return [asTensor(op.name, "a", a, like), asTensor(op.name, "b", b, like)];
}

export function isInteger(x: TensorLike): boolean {
  return x instanceof Tensor && (x.dtype === "i32" || x.dtype === "u32");
}

/** Two operands of a true division: integers of one type become f32, and with them any number beside them. */
export function quotientOperands(op: Called, a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const like = tensorAmong(op.name, a, b);
  if (!isInteger(like)) return arithmeticOperands(op, a, b);
  if (a instanceof Tensor && b instanceof Tensor && a.dtype !== b.dtype) throw differ(op.name, a.dtype, b.dtype);
  const widened = (x: TensorLike): TensorLike => (x instanceof Tensor ? cast(x, "f32") : x);
  return arithmeticOperands(op, widened(a), widened(b));
}

/** The error about operands of two dtypes. */
export function differ(op: string, first: DType, other: DType): DTypeError {
  return new DTypeError(`${op}: operands must have one dtype; got ${first} and ${other}. Convert a or b with cast().`, {
    op,
    expected: first,
    got: other,
  });
}

/** The comparison with its sides exchanged. */
const mirrored: Readonly<Record<string, string>> = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** A comparison of tensors of one dtype. */
export interface Compared {
  /** eq, ne, lt, le, gt or ge */
  readonly name: string;
  readonly a: Tensor;
  readonly b: Tensor;
}

/**
 * What a comparison means in tensors. A number that an integer type cannot hold decides it for all elements (all of
 * them equal themselves), or, a fraction, is the whole number below: x < 2.5 and x ≤ 2.5 are x ≤ 2, x > 2.5 and x ≥ 2.5
 * are x > 2.
 */
export function comparisonOperands(op: Called, a: TensorLike, b: TensorLike): Compared {
  const x = tensorAmong(op.name, a, b);
  requireDType(op.name, x === a ? "a" : "b", x.dtype, op.types ?? computeDTypes);
  const other = x === a ? b : a;
  if (other instanceof Tensor || canHold(x.dtype, other))
    return { name: op.name, a: asTensor(op.name, "a", a, x), b: asTensor(op.name, "b", b, x) };
  const name = x === a ? op.name : mirrored[op.name]!;
  const always = (holds: boolean): Compared => ({ name: holds ? "eq" : "ne", a: x, b: x });
  const [least, largest] = integerLimits(x.dtype)!;
  if (name === "eq" || name === "ne" || Number.isNaN(other)) return always(name === "ne");
  const less = name === "lt" || name === "le";
  if (other > largest || other < least) return always(less === other > largest);
  return { name: less ? "le" : "gt", a: x, b: constant(Math.floor(other), x.dtype, x.device) };
}

/** The limits of a clamp. Of integers, −∞ and ∞ become the ends of the type: they do not limit. */
export function clampLimits(op: string, dtype: DType, low: number, high: number): readonly [low: number, high: number] {
  const ends = integerLimits(dtype);
  const limits = ends
    ? ([low === -Infinity ? ends[0] : low, high === Infinity ? ends[1] : high] as const)
    : ([low, high] as const);
  for (const [i, limit] of limits.entries()) {
    if (typeof limit === "number" && canHold(dtype, limit)) continue;
    throw new DTypeError(
      `${op}: ${i === 0 ? "low" : "high"}, a limit of ${dtype}, must be ${ends ? `${describeLimits(dtype)}, or infinite` : "a number"}; got ${describeValue(limit)}.${ends ? ' Cast first: cast(x, "f32").' : ""}`,
      { op, got: limit },
    );
  }
  return limits;
}
