// Rounding to whole numbers, and division with a whole quotient: rows and their functions.
import { divisionFunctions } from "@x/kernels-wgsl";
import { numericDTypes } from "../../numbers/dtype.ts";
import { idError } from "../../device/id-range.ts";
import { requireArity } from "../../arguments/require.ts";
import { tidy } from "../../memory/scope.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import { checkIds } from "../check-ids.ts";
import { div, mul, neg, sub } from "./arithmetic.ts";
import { where } from "./comparison.ts";
import { binary, defineElementwise, type ElementwisePrimitive, unary } from "./define.ts";
import { isInteger } from "./promotion.ts";
import { isNaN } from "./predicates.ts";
import { floorDivideOf, remainderOf, roundOf } from "./numbers.ts";

/** The derivative of steps: none flows back. */
const flat = (): undefined => undefined;
const steps = { derivatives: [flat], noGradCheck: "flat, with jumps" };

/** Primitive of {@link ceil}. */
export const ceilPrimitive: ElementwisePrimitive = defineElementwise({
  name: "ceil",
  arity: 1,
  js: Math.ceil,
  wgsl: "ceil(a)",
  ...steps,
});
/** Primitive of {@link round}. */
export const roundPrimitive: ElementwisePrimitive = defineElementwise({
  name: "round",
  arity: 1,
  js: roundOf,
  wgsl: "round(a)",
  ...steps,
});
/** Primitive of {@link trunc}. */
export const truncPrimitive: ElementwisePrimitive = defineElementwise({
  name: "trunc",
  arity: 1,
  js: Math.trunc,
  wgsl: "trunc(a)",
  ...steps,
});
/** Primitive of {@link fmod}. */
export const fmodPrimitive: ElementwisePrimitive = defineElementwise({
  name: "fmod",
  arity: 2,
  types: numericDTypes,
  js: (a, b) => a % b,
  wgsl: "a % b",
  float: "fmod_full(a, b)",
  functions: [divisionFunctions],
  scalar: true,
  noGradCheck: "jumps where the quotient is whole",
  // a/b itself may round to the next whole number: the quotient that belongs to the exact remainder does not.
  derivatives: [
    ({ grad }) => grad,
    ({ a, b, y, grad }) => neg(mul(grad, where(isNaN(y), div(a, b), round(div(sub(a, y), b))))),
  ],
});
/** Primitive of {@link remainder}. */
export const remainderPrimitive: ElementwisePrimitive = defineElementwise({
  name: "remainder",
  arity: 2,
  types: numericDTypes,
  js: remainderOf,
  wgsl: "a % b",
  float: "remainder_full(a, b)",
  functions: [divisionFunctions],
  signed: "floor_mod_i32(a, b)",
  scalar: true,
  noGradCheck: "jumps where the quotient is whole",
  derivatives: [({ grad }) => grad, ({ a, b, grad }) => neg(mul(grad, floorDivide(a, b)))],
});
/** Primitive of {@link floorDivide}. */
export const floorDividePrimitive: ElementwisePrimitive = defineElementwise({
  name: "floorDivide",
  arity: 2,
  types: numericDTypes,
  js: floorDivideOf,
  jsInteger: (a, b) => Math.floor(a / b),
  wgsl: "select(a / b, 0u, b == 0u)",
  float: "floor_divide_full(a, b)",
  functions: [divisionFunctions],
  signed: "select(floor_div_i32(a, b), 0, b == 0)",
  scalar: true,
  noGradCheck: "flat, with jumps",
  derivatives: [flat, flat],
});

const divisors = { divisors: true, size: 0 } as const;

/** The function of a division: divisors of integers are looked at, since no integer says that there is no result. */
/* @__NO_SIDE_EFFECTS__ */
function division(primitive: ElementwisePrimitive): (a: TensorLike, b: TensorLike) => Tensor {
  const of = binary(primitive);
  const { name } = primitive.row;
  return function (a, b) {
    requireArity(name, arguments, 2);
    if (b === 0 && isInteger(a)) throw idError({ op: name, ...divisors }, 0, "");
    if (!(b instanceof Tensor) || !isInteger(b) || (a instanceof Tensor && a.dtype !== b.dtype)) return of(a, b);
    return tidy(() => of(a, checkIds(name, b, divisors)));
  };
}

/**
 * Smallest whole number not below x. Its gradient is 0.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * ceil(tensor([1.2, -1.2]));   // [2, -1]
 */
export const ceil: (x: Tensor) => Tensor = unary(ceilPrimitive);
/**
 * The nearest whole number; halves go to the even one. Its gradient is 0.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * round(tensor([0.5, 1.5, -2.5]));   // [0, 2, -2]
 */
export const round: (x: Tensor) => Tensor = unary(roundPrimitive);
/**
 * x without its fraction: rounded towards 0. Its gradient is 0.
 *
 * @param x f32 or f64, any shape
 * @returns x's shape and dtype
 * @throws DTypeError for other dtypes
 * @example
 * trunc(tensor([1.7, -1.7]));   // [1, -1]
 */
export const trunc: (x: Tensor) => Tensor = unary(truncPrimitive);
/**
 * Remainder of a division rounded towards 0, a − b·trunc(a/b), exact, with the sign of a. NaN for an infinite a and for
 * b = 0, a for an infinite b.
 *
 * @param a f32, f64, i32 or u32; shapes broadcast
 * @param b a tensor of a's dtype, or a number
 * @returns the broadcast shape, a's dtype; the gradient of b is −trunc(a/b)
 * @throws DTypeError for other or differing dtypes; ShapeError when shapes do not broadcast; ConfigError for a divisor of
 *   integers that is 0: at once on the CPU, at the next read on a GPU
 * @example
 * fmod(tensor([5, -5]), 3);   // [2, -2]
 */
export const fmod: (a: TensorLike, b: TensorLike) => Tensor = division(fmodPrimitive);
/**
 * Remainder of a division rounded down, a − b·⌊a/b⌋, exact but for one rounding, with the sign of b (`%` in Python,
 * `torch.remainder`). NaN for an infinite a and for b = 0.
 *
 * @param a f32, f64, i32 or u32; shapes broadcast
 * @param b a tensor of a's dtype, or a number
 * @returns the broadcast shape, a's dtype; the gradient of b is −⌊a/b⌋
 * @throws DTypeError for other or differing dtypes; ShapeError when shapes do not broadcast; ConfigError for a divisor of
 *   integers that is 0: at once on the CPU, at the next read on a GPU
 * @example
 * remainder(tensor([5, -5]), 3);   // [2, 1]
 */
export const remainder: (a: TensorLike, b: TensorLike) => Tensor = division(remainderPrimitive);
/**
 * Quotient rounded down, ⌊a/b⌋ (`//` in Python): the whole number that belongs to {@link remainder}. a/b where b is 0.
 * Its gradient is 0.
 *
 * @param a f32, f64, i32 or u32; shapes broadcast
 * @param b a tensor of a's dtype, or a number
 * @returns the broadcast shape, a's dtype
 * @throws DTypeError for other or differing dtypes; ShapeError when shapes do not broadcast; ConfigError for a divisor of
 *   integers that is 0: at once on the CPU, at the next read on a GPU
 * @example
 * floorDivide(tensor([7, -7], { dtype: "i32" }), 2);   // [3, -4]
 */
export const floorDivide: (a: TensorLike, b: TensorLike) => Tensor = division(floorDividePrimitive);
