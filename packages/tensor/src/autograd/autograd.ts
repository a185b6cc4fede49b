// Reverse-mode differentiation: a tape of primitives, read backwards. vjps are made of primitives, so a tape can be
// taped.
import { apply } from "../apply.ts";
import { contiguousPrimitive } from "../ops/contiguous-primitive.ts";
import { mapValues } from "../device/lowering.ts";
import { floatDTypes, isFloat, requireDType } from "../numbers/dtype.ts";
import { ShapeError } from "../errors.ts";
import { Gradients } from "./gradients.ts";
import { constant, zerosLike } from "../ops/creation.ts";
import { reshape } from "../ops/reshape.ts";
import type { Primitive, VjpCall } from "../primitive.ts";
import { requireTensorList, requireTensors } from "../arguments/require-tensors.ts";
import { requireSynchronous, type Scope, tidy, withScope } from "../memory/scope.ts";
import { sameShape, showShape } from "../shape.ts";
import { Tape, withTape } from "./tape.ts";
import type { Storage } from "../memory/storage.ts";
import type { Tensor } from "../tensor.ts";
import { tracers } from "./tracers.ts";
import { leaves, mapTree, type Tree } from "../tree.ts";
import { requireArity } from "../arguments/require.ts";

/** Which tensors may be disposed of early while a tape is read. Absent: none (an outer tape still records). */
interface EarlyDisposal {
  readonly scope: Scope;
  readonly kept: ReadonlySet<Tensor>;
}

function vjpOf(
  primitive: Primitive,
  call: VjpCall<string, string, string, unknown>,
  outer: Tape,
  early?: EarlyDisposal,
): Readonly<Record<string, Tensor | undefined>> {
  if (primitive.vjp) return primitive.vjp(call);
  const reference = primitive.reference?.bind(primitive);
  if (!reference) throw new TypeError(`${primitive.name}: has no gradient.`);
  const x = mapValues(call.x, apart());
  const names = Object.keys(x).filter((name) => call.needs(name));
  const wrt = names.map((name) => x[name]!);
  const tape = new Tape(wrt, outer);
  const y = withTape(primitive.name, tape, () => reference(x, call.p)) as Record<string, Tensor>;
  const seeds = Object.entries(call.grad).flatMap(([name, grad]): Seed[] => (grad && y[name] ? [[y[name], grad]] : []));
  const kept = early && new Set([...early.kept, ...Object.values(x), ...seeds.map(([, grad]) => grad)]);
  const grads = pull(tape, seeds, wrt, early && kept && { scope: early.scope, kept });
  return Object.fromEntries(names.map((name, i) => [name, grads[i]]));
}

/** A tape tells tensors apart by object: maps one that comes again to another tensor over its memory. */
function apart(): (tensor: Tensor) => Tensor {
  const seen = new Set<Tensor>();
  return (tensor) => (seen.size < seen.add(tensor).size ? tensor : reshape(tensor, tensor.shape));
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
      const found = vjpOf(primitive, { x, y, grad, p, needs }, tape, early);
      for (const name in found) {
        const gradient = found[name];
        if (!gradient || !needs(name)) continue;
        checkGradient(primitive.name, `the gradient of ${name}`, name, x[name]!, gradient);
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

/** Raises unless a gradient has the shape and dtype of its tensor. */
function checkGradient(op: string, name: string, of: string, { shape, dtype }: Tensor, grad: Tensor): void {
  if (sameShape(grad.shape, shape) && grad.dtype === dtype) return;
  throw new ShapeError(
    `${op}: ${name} must have the shape and dtype of ${of}, ${dtype}${showShape(shape)}; got ${grad.dtype}${showShape(grad.shape)}.`,
    { op, expected: shape, got: grad.shape },
  );
}

/** Gradients for a caller, who may write to them: in memory of their own, not in that of one another or of a constant. */
function ownMemory(grads: readonly (Tensor | undefined)[]): (Tensor | undefined)[] {
  const taken = new Set<Storage>();
  return grads.map((grad) => {
    if (!grad) return grad;
    const shared = grad.storage.fixed || taken.has(grad.storage);
    if (shared && !grad.isView) grad = apply(contiguousPrimitive, { x: grad }, undefined).y;
    taken.add(grad.storage);
    return grad;
  });
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
 * @param wrt `[…]`, f32 or f64
 * @returns `value`, what `f` returned; `grads`, one per tensor of `wrt`: undefined where none arrives, since `f` does not use that tensor
 * @throws ShapeError when the value is not a scalar
 * @example
 * const w = tensor([1, 2]);
 * const { grads } = gradientsOf(() => w.mul(w).sum(), [w]);   // [[2, 4]]
 */
export function gradientsOf<V extends Tensor | readonly [Tensor, ...unknown[]]>(
  f: () => V,
  wrt: readonly Tensor[],
): ValueAndGrads<V, (Tensor | undefined)[]> {
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
    return { value, grads: ownMemory(found) };
  });
}

/**
 * The function that computes `f` and its gradients with respect to every float tensor among its arguments.
 *
 * @param f function of tensors (or trees of them), `[…]` of any dtype, that returns a scalar
 * @returns `(…args) => { value, grads }`, where `grads[i]` has the structure of `args[i]`; zeros for what `f` does not use
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
    requireTensorList(op, "arguments", leaves(args));
    return tidy(() => {
      const distinct = mapTree(args, apart());
      const wrt = leaves(distinct).filter((tensor) => isFloat(tensor.dtype));
      const { value, grads } = gradientsOf(() => f(...distinct), wrt);
      return {
        value,
        grads: mapTree(args, (tensor) => (isFloat(tensor.dtype) ? (grads.shift() ?? zerosLike(tensor)) : tensor)),
      };
    });
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
  // The value dies with this scope, or where an outer tape listens, with the tape's.
  return (...args) => tidy(() => valueAndGradOfF(...args).grads);
}

/**
 * Gradients of `f()` (any shape) weighted by `seeds`, one per output: the vector–Jacobian product.
 *
 * @param f returns one or more tensors
 * @param wrt `[…]`, f32 or f64, to differentiate with respect to
 * @param seeds the gradient that arrives at each output, of its shape
 * @returns `value`, what `f` returned; `grads`, one per tensor of `wrt`: zeros where `f` does not use it
 * @throws DTypeError, ShapeError when `f` returns no array of tensors, or `seeds` are not as many; DeviceError for those of another device
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
    for (const [i, output] of value.entries()) {
      requireTensors("vjp", { [`output ${i} of f`]: output, [`seeds[${i}]`]: seeds[i] });
      checkGradient("vjp", `seeds[${i}]`, `output ${i} of f`, output, seeds[i]!);
    }
    const arriving = value.map((output, i): Seed => [output, seeds[i]!]);
    return { value, grads: pull(tape, arriving, wrt).map((grad, i) => grad ?? zerosLike(wrt[i]!)) };
  });
}

/** Raises unless gradients flow to what is to be differentiated with respect to. */
function requireFloatList(op: string, wrt: readonly Tensor[]): void {
  requireTensorList(op, "wrt", wrt);
  for (const [i, { dtype }] of wrt.entries()) requireDType(op, `wrt[${i}]`, dtype, floatDTypes);
}
