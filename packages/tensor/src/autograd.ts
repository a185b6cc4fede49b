// Reverse-mode differentiation: a tape of primitives, read backwards. vjps are made of primitives, so a tape can be
// taped.
import { floatDTypes, isFloat, requireDType } from "./dtype.ts";
import { ShapeError } from "./errors.ts";
import { Gradients } from "./gradients.ts";
import { constant, zerosLike } from "./ops/creation.ts";
import { reshape } from "./ops/reshape.ts";
import type { Primitive, VjpCall } from "./primitive.ts";
import { requireTensorList, requireTensors } from "./require-tensors.ts";
import { requireSynchronous, type Scope, withScope } from "./scope.ts";
import { sameShape, showShape } from "./shape.ts";
import { Tape, withTape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";
import { tracers } from "./tracers.ts";
import { leaves, mapTree, type Tree } from "./tree.ts";
import { requireArity } from "./require.ts";

/** Which tensors may be disposed of early while a tape is read. Absent: none (an outer tape still records). */
interface EarlyDisposal {
  readonly scope: Scope;
  readonly kept: ReadonlySet<Tensor>;
}

function vjpOf(
  primitive: Primitive,
  call: VjpCall<string, string, string, unknown>,
  early?: EarlyDisposal,
): Readonly<Record<string, Tensor | undefined>> {
  if (primitive.vjp) return primitive.vjp(call);
  const reference = primitive.reference?.bind(primitive);
  if (!reference) throw new TypeError(`${primitive.name}: has no gradient.`);
  const names = Object.keys(call.x).filter((name) => call.needs(name));
  const wrt = names.map((name) => call.x[name]!);
  const tape = new Tape(wrt);
  const y = withTape(primitive.name, tape, () => reference(call.x, call.p)) as Record<string, Tensor>;
  const seeds = Object.entries(call.grad).flatMap(([name, grad]): Seed[] => (grad && y[name] ? [[y[name], grad]] : []));
  const kept = early && new Set([...early.kept, ...Object.values(call.x), ...seeds.map(([, grad]) => grad)]);
  const grads = pull(tape, seeds, wrt, early && kept && { scope: early.scope, kept });
  return Object.fromEntries(names.map((name, i) => [name, grads[i]]));
}

/** An output and the gradient that arrives at it. */
type Seed = readonly [output: Tensor, gradient: Tensor];

/** Reads `tape` backwards from `seeds` and returns the gradients of `wrt`. */
function pull(
  tape: Tape,
  seeds: readonly Seed[],
  wrt: readonly Tensor[],
  early?: EarlyDisposal,
): (Tensor | undefined)[] {
  const wanted = new Set(wrt);
  const drop = (tensor: Tensor): void => {
    if (early && !early.kept.has(tensor) && !wanted.has(tensor) && early.scope.tensors.delete(tensor)) tensor.dispose();
  };
  const grads = new Gradients(seeds, drop);
  for (let i = tape.entries.length - 1; i >= 0; i--) {
    const { primitive, x, y, p } = tape.entries[i]!;
    const grad: Record<string, Tensor> = {};
    for (const name in y) {
      const arrived = grads.get(y[name]!);
      if (arrived) grad[name] = arrived;
    }
    if (Object.keys(grad).length > 0) {
      const needs = (name: string): boolean => x[name] !== undefined && tape.tracks(x[name]);
      const found = vjpOf(primitive, { x, y, grad, p, needs }, early);
      for (const name in found) {
        const gradient = found[name];
        if (!gradient || !needs(name)) continue;
        checkGradient(primitive, name, x[name]!, gradient);
        grads.accumulate(x[name]!, gradient);
      }
    }
    for (const output of Object.values(y)) {
      if (!wanted.has(output)) grads.delete(output);
      drop(output);
    }
  }
  return wrt.map((tensor) => grads.get(tensor));
}

function checkGradient(primitive: Primitive, name: string, input: Tensor, grad: Tensor): void {
  if (!sameShape(grad.shape, input.shape) || grad.dtype !== input.dtype) {
    throw new ShapeError(
      `${primitive.name}: the gradient of ${name} must have its shape and dtype, ${input.dtype}${showShape(input.shape)}; got ${grad.dtype}${showShape(grad.shape)}.`,
      { op: primitive.name, expected: input.shape, got: grad.shape },
    );
  }
}

/** A scalar value and the gradients that belong to it. */
export interface ValueAndGrads<V, G> {
  readonly value: V;
  readonly grads: G;
}

/**
 * Value of `f()` and its gradients with respect to `wrt`, the tensors it closes over (a model's parameters).
 *
 * @param f returns a scalar, or an array whose first element is one (the rest is carried along undifferentiated)
 * @param wrt `[…]`, f32 or f64; one that `f` does not use gets zeros
 * @returns `value`, what `f` returned; `grads`, one per tensor of `wrt`
 * @throws ShapeError when the value is not a scalar
 * @example
 * const w = tensor([1, 2]);
 * const { grads } = gradientsOf(() => w.mul(w).sum(), [w]);   // [[2, 4]]
 */
export function gradientsOf<V extends Tensor | readonly [Tensor, ...unknown[]]>(
  f: () => V,
  wrt: readonly Tensor[],
): ValueAndGrads<V, Tensor[]> {
  requireArity("gradientsOf", arguments, 2);
  requireFloatList("gradientsOf", wrt);
  requireSynchronous("gradientsOf", f);
  return withScope((scope) => {
    const tape = new Tape(wrt);
    const value = withTape("grad", tape, f);
    const loss = (Array.isArray(value) ? value[0] : value) as Tensor;
    requireTensors("grad", { "the value of f": loss });
    if (loss.size !== 1) {
      throw new ShapeError(
        `grad: f must return a scalar to differentiate; got shape ${showShape(loss.shape)}. Take its sum() or mean().`,
        {
          op: "grad",
          got: loss.shape,
        },
      );
    }
    const nested = tracers.tapes.some((outer) => outer !== null);
    const seed = reshape(constant(1, loss.dtype, loss.device), loss.shape); // made once: a captured function would upload another at every call
    const found = pull(tape, [[loss, seed]], wrt, nested ? undefined : { scope, kept: new Set(leaves(value)) });
    return { value, grads: found.map((grad, i) => grad ?? zerosLike(wrt[i]!)) };
  });
}

/**
 * The function that computes `f` and its gradients with respect to every float tensor among its arguments.
 *
 * @param f function of tensors (or trees of them), `[…]` of any dtype, that returns a scalar
 * @returns `(…args) => { value, grads }`, where `grads[i]` has the structure of `args[i]`
 * @throws TypeError when `f` is async; the returned function: ShapeError when the value is not a scalar
 * @example
 * const w = tensor([[1, 2], [3, 4]]);
 * const { value, grads } = valueAndGrad((w: Tensor) => matmul(w, w).sum())(w);
 */
export function valueAndGrad<A extends Tree[], V extends Tensor | readonly [Tensor, ...unknown[]]>(
  f: (...args: A) => V,
): (...args: A) => ValueAndGrads<V, A> {
  requireArity("valueAndGrad", arguments, 1);
  return valueAndGradOf("valueAndGrad", f);
}

function valueAndGradOf<A extends Tree[], V extends Tensor | readonly [Tensor, ...unknown[]]>(
  op: string,
  f: (...args: A) => V,
): (...args: A) => ValueAndGrads<V, A> {
  requireSynchronous(op, f);
  return (...args) => {
    const given = leaves(args);
    requireTensorList(op, "arguments", given);
    const wrt = given.filter((tensor) => isFloat(tensor.dtype));
    const { value, grads } = gradientsOf(() => f(...args), wrt);
    const byTensor = new Map(wrt.map((tensor, i) => [tensor, grads[i]!]));
    return { value, grads: mapTree(args, (tensor) => byTensor.get(tensor) ?? tensor) };
  };
}

/**
 * {@link valueAndGrad} without the value.
 *
 * @param f function of tensors, or trees of them, `[…]` of any dtype, that returns a scalar
 * @returns `(…args) => grads`, where `grads[i]` has the structure of `args[i]`; integers and bools come back as they
 *   are
 * @throws TypeError when `f` is async; the returned function: ShapeError when the value is not a scalar
 * @example
 * const [g] = grad((x: Tensor) => square(x).sum())(tensor([1, 2])); // [2, 4]
 */
export function grad<A extends Tree[]>(f: (...args: A) => Tensor): (...args: A) => A {
  requireArity("grad", arguments, 1);
  const valueAndGradOfF = valueAndGradOf("grad", f);
  return (...args) => {
    const { value, grads } = valueAndGradOfF(...args);
    value.dispose();
    return grads;
  };
}

/**
 * Gradients of `f()` (any shape) weighted by `seeds`, one per output: the vector–Jacobian product.
 *
 * @param f returns one or more tensors
 * @param wrt `[…]`, f32 or f64, to differentiate with respect to
 * @param seeds the gradient that arrives at each output, of its shape
 * @throws DTypeError, ShapeError when `f` returns no array of tensors, or `seeds` are not as many
 * @example
 * const x = tensor([1, 2]);
 * const { grads } = vjp(() => [x.mul(x)], [x], [tensor([10, 1])]);   // [[20, 4]]
 */
export function vjp(
  f: () => readonly Tensor[],
  wrt: readonly Tensor[],
  seeds: readonly Tensor[],
): ValueAndGrads<readonly Tensor[], Tensor[]> {
  requireArity("vjp", arguments, 3);
  requireFloatList("vjp", wrt);
  requireTensorList("vjp", "seeds", seeds);
  return withScope(() => {
    const tape = new Tape(wrt);
    const value = withTape("vjp", tape, f);
    requireTensorList("vjp", "the value of f", value);
    if (value.length !== seeds.length)
      throw ShapeError.must("vjp", "there", `be a seed per output of f, ${value.length}`, seeds.length, value.length);
    for (const [i, output] of value.entries()) requireSeed(i, output, seeds[i]!);
    const found = pull(
      tape,
      value.map((output, i): Seed => [output, seeds[i]!]),
      wrt,
    );
    return { value, grads: found.map((g, i) => g ?? zerosLike(wrt[i]!)) };
  });
}

/** Raises unless gradients flow to what is to be differentiated with respect to. */
function requireFloatList(op: string, wrt: readonly Tensor[]): void {
  requireTensorList(op, "wrt", wrt);
  for (const [i, { dtype }] of wrt.entries()) requireDType(op, `wrt[${i}]`, dtype, floatDTypes);
}

/** Raises unless a seed is a gradient of its output. */
function requireSeed(i: number, output: Tensor, seed: Tensor): void {
  requireTensors("vjp", { [`output ${i} of f`]: output, [`seeds[${i}]`]: seed });
  if (sameShape(seed.shape, output.shape) && seed.dtype === output.dtype) return;
  throw new ShapeError(
    `vjp: seeds[${i}] must have the shape and dtype of output ${i} of f, ${output.dtype}${showShape(output.shape)}; got ${seed.dtype}${showShape(seed.shape)}.`,
    { op: "vjp", expected: output.shape, got: seed.shape },
  );
}
