// Cutting a tensor into consecutive parts; one op, so that its gradient is one concat. shape-ops.ts exports it.
import { BoundedCache, describeValue } from "@x/base";
import { joinPrograms } from "@x/kernels-wgsl";
import { ShapeError } from "../errors.ts";
import { apply } from "../apply.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { slicedView } from "../row-layout.ts";
import { axisOf, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { concat } from "./concat.ts";
import { zeros } from "./creation.ts";
import { viewProgram } from "./copy-programs.ts";
import { sliceOf } from "./slice.ts";
import { copyView } from "./strided.ts";
import { copies, readingView } from "./wasm-copies.ts";
import { requireArity, requireCount } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";

/** Sizes of the parts along `axis`. */
export interface SplitParams {
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** x cut into y0, y1, … along an axis. */
type SplitPrimitive = Primitive<"x", never, `y${number}`, SplitParams>;

/** A primitive of more inputs or outputs is a mistake; those who call join in steps. */
const mostParts = 65536;

const primitives = new BoundedCache<number, SplitPrimitive>(256);

/** The primitive that cuts into `arity` parts, y0 … y(arity − 1). */
export function splitPrimitive(arity: number): SplitPrimitive {
  requireCount("splitPrimitive", "arity", arity, 1, mostParts);
  return primitives.get(arity, () => defineSplit(arity));
}

function startsOf(sizes: readonly number[]): number[] {
  let start = 0;
  return sizes.map((size) => (start += size) - size);
}

function defineSplit(arity: number): SplitPrimitive {
  const names = Array.from({ length: arity }, (_, i): `y${number}` => `y${i}`);
  return definePrimitive({
    name: `split${arity}`,
    inputs: ["x"],
    outputs: names,
    infer({ x }, p: SplitParams) {
      const total = p.sizes.reduce((a, b) => a + b, 0);
      if (total !== x.shape[p.axis] || p.sizes.some((size) => !Number.isInteger(size) || size < 0)) {
        throw new ShapeError(
          `split: sizes must add up to ${x.shape[p.axis]}, axis ${p.axis} of ${showShape(x.shape)}; got ${showShape(p.sizes)}, which make ${total}.`,
          { op: "split", expected: x.shape[p.axis], got: p.sizes },
        );
      }
      return Object.fromEntries(
        names.map((name, i) => [name, { shape: x.shape.with(p.axis, p.sizes[i]!), dtype: x.dtype }]),
      );
    },
    views: ["x", ...names],
    alias({ x }, p) {
      const starts = startsOf(p.sizes);
      const views = names.map((name, i) => [name, slicedView(x, p.axis, starts[i]!, p.sizes[i]!)] as const);
      return views.every(([, view]) => view) ? Object.fromEntries(views) : undefined;
    },
    cpu({ x }, y, p) {
      const starts = startsOf(p.sizes);
      names.forEach((name, i) => copyView(x.data, y[name]!.data, sliceOf(x, p.axis, starts[i]!, p.sizes[i]!)));
    },
    webgpu({ x }, p, caps, y) {
      const starts = startsOf(p.sizes);
      const programs = names.map((name, i) =>
        viewProgram(x, sliceOf(x, p.axis, starts[i]!, p.sizes[i]!), caps, y[name]),
      );
      return joinPrograms(programs.flatMap((program, i) => (program ? [{ program, names: { y: `y${i}` } }] : [])));
    },
    wasm({ x }, p, y) {
      const starts = startsOf(p.sizes);
      return copies(
        x.dtype,
        names.map((name, i) => readingView(sliceOf(x, p.axis, starts[i]!, p.sizes[i]!), "x", name, y[name])),
      );
    },
    vjp({ x: { x }, grad, p }) {
      const options = { dtype: x.dtype, device: x.device };
      return {
        x: concat(
          names.map((name, i) => grad[name] ?? zeros(x.shape.with(p.axis, p.sizes[i]!), options)),
          p.axis,
        ),
      };
    },
    cases: [
      { name: "vector", inputs: { x: [2 * arity] }, params: { axis: 0, sizes: names.map(() => 2) } },
      {
        name: "columns",
        inputs: { x: [5, 66 + arity] },
        params: { axis: 1, sizes: names.map((_, i) => (i === 0 ? 67 : 1)) },
      },
      { name: "middle", inputs: { x: [2, 4 * arity, 4] }, params: { axis: 1, sizes: names.map(() => 4) } },
      {
        name: "projection of a mixer",
        inputs: { x: [4096, 3328 + 24 * (arity - 1)] },
        params: { axis: 1, sizes: names.map((_, i) => (i === 0 ? 3328 : 24)) },
        bench: true,
      },
    ],
    cost: ({ x }) => ({ flops: 0, bytes: 8 * sizeOf(x.shape) }),
  });
}

/** {@link splitPrimitive} into two and three parts, for those who collect all primitives. */
export const split2Primitive: SplitPrimitive = splitPrimitive(2);
/** See {@link split2Primitive}. */
export const split3Primitive: SplitPrimitive = splitPrimitive(3);

/** What {@link split} returns: a tuple of as many tensors as a list of sizes has entries, where its type tells how many. */
export type SplitParts<S extends number | readonly number[]> = S extends readonly number[]
  ? { -readonly [K in keyof S]: Tensor }
  : Tensor[];

/**
 * Cuts an axis into consecutive parts.
 *
 * @param x any shape, any dtype
 * @param sizes sizes of the parts, which add up to the axis; one number: parts of that size, the last one what is left,
 *   and one part where the axis has no elements
 * @param axis negative ones count from the end
 * @returns one view per part: they share x's memory, and keep it allocated
 * @throws ShapeError when the sizes do not add up
 * @example
 * const [a, b] = split(arange(0, 5), [2, 3], 0);   // [0, 1] and [2, 3, 4]
 */
export function split<const S extends number | readonly number[]>(x: Tensor, sizes: S, axis: number): SplitParts<S> {
  requireArity("split", arguments, 3);
  requireTensors("split", { x });
  const index = axisOf("split", axis, x.shape.length);
  if (typeof sizes !== "number" && (!Array.isArray(sizes) || sizes.length === 0))
    throw new ShapeError(`split: sizes must be a number, or an array of one or more; got ${describeValue(sizes)}.`, {
      op: "split",
      got: sizes,
    });
  const parts: readonly number[] = typeof sizes === "number" ? evenParts(x.shape[index]!, sizes) : sizes;
  return Object.values(
    apply(splitPrimitive(parts.length), { x }, { axis: index, sizes: parts }),
  ) as Tensor[] as SplitParts<S>;
}

function evenParts(dim: number, size: number): number[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new ShapeError(`split: the size of a part must be a whole number of at least 1; got ${size}.`, {
      op: "split",
      got: size,
    });
  }
  // an axis without elements is one part, as in PyTorch, so that there is always one to go on with
  return Array.from({ length: Math.max(1, Math.ceil(dim / size)) }, (_, i) => Math.min(size, dim - i * size));
}
