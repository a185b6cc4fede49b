// Joining tensors along an axis. shape-ops.ts exports it.
import { BoundedCache } from "@x/base";
import { type Caps, joinPrograms, type Program } from "@x/kernels-wgsl";
import { apply } from "../apply.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import { definePrimitive, type Primitive, type Spec } from "../primitive.ts";
import { DTypeError, ShapeError } from "../errors.ts";
import { axisOf, type Shape, showShape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { cast } from "./cast.ts";
import { type RowLayout, stridesOfSpec } from "../row-layout.ts";
import { blockProgram, viewProgram } from "./copy-programs.ts";
import { slice } from "./slice.ts";
import { unsqueeze } from "./reshape.ts";
import { type AxisBlocks, blocksAround } from "./strided.ts";
import { copies, partOf, writingView } from "./wasm-copies.ts";
import { opScope } from "../memory/op-scope.ts";
import { requireArity, requireCount } from "../arguments/require.ts";
import { indexedNames, requireTensorList, requireTensors } from "../arguments/require-tensors.ts";

/** x0, x1, … joined along `axis`. */
type ConcatPrimitive = Primitive<`x${number}`, never, "y", { readonly axis: number }>;

/** A primitive of more inputs or outputs is a mistake; those who call join in steps. */
const mostParts = 65536;

const primitives = new BoundedCache<number, ConcatPrimitive>(256);

/** The primitive that joins `arity` tensors, x0 … x(arity − 1). */
export function concatPrimitive(arity: number): ConcatPrimitive {
  requireCount("concatPrimitive", "arity", arity, 1, mostParts);
  return primitives.get(arity, () => defineConcat(arity));
}

function defineConcat(arity: number): ConcatPrimitive {
  const names = Array.from({ length: arity }, (_, i): `x${number}` => `x${i}`);
  const shapes = (...dims: Shape[]): Record<`x${number}`, Shape> =>
    Object.fromEntries(names.map((name, i) => [name, dims[i % dims.length]!]));
  const halves = Object.fromEntries(
    names.map((name) => [
      name,
      { shape: [3, 3], dtype: "bf16" as const, fill: { integers: [0x3c00, 0x3f80] as const } },
    ]),
  );
  return definePrimitive({
    name: `concat${arity}`,
    inputs: names,
    outputs: ["y"],
    views: names,
    joins: true,
    infer(x, p: { readonly axis: number }) {
      const first = x.x0!;
      let joined = 0;
      for (const name of names) {
        const { shape, dtype } = x[name]!;
        if (shape.length !== first.shape.length || shape.some((dim, i) => i !== p.axis && dim !== first.shape[i])) {
          throw new ShapeError(
            `concat: shapes must agree except on axis ${p.axis}; got ${showShape(first.shape)} and ${showShape(shape)} (input ${name.slice(1)}) of xs.`,
            {
              op: "concat",
              shapes: names.map((each) => x[each]!.shape),
            },
          );
        }
        if (dtype !== first.dtype) {
          throw new DTypeError(
            `concat: dtypes must agree; got ${first.dtype} and ${dtype} (input ${name.slice(1)}) of xs. Convert with cast.`,
            {
              op: "concat",
              dtypes: names.map((each) => x[each]!.dtype),
            },
          );
        }
        joined += shape[p.axis]!;
      }
      return { y: { shape: first.shape.with(p.axis, joined), dtype: first.dtype } };
    },
    cpu(x, { y }, p) {
      const { outer, n, inner } = blocksAround(y.shape, p.axis);
      let offset = 0;
      for (const name of names) {
        const part = x[name]!;
        const length = part.shape[p.axis]! * inner;
        for (let o = 0; o < outer; o++)
          y.data.set(part.data.subarray(o * length, (o + 1) * length), o * n * inner + offset);
        offset += length;
      }
    },
    webgpu(x, p, caps) {
      const total = names.reduce((sum, name) => sum + x[name]!.shape[p.axis]!, 0);
      const parts: Parameters<typeof joinPrograms>[0][number][] = [];
      let start = 0;
      for (const name of names) {
        const { shape, dtype, rows } = x[name]!;
        const blocks = blocksAround(shape, p.axis);
        const program = rows
          ? rowsProgram(x[name]!, blocks, total, start, caps)
          : blockProgram(dtype, blocks, total, start, caps);
        if (!program) return undefined;
        parts.push({ program, names: { x: name } });
        start += shape[p.axis]!;
      }
      return joinPrograms(parts);
    },
    wasm(x, p) {
      const shapes = names.map((name) => x[name]!.shape);
      const whole = shapes[0]!.with(
        p.axis,
        shapes.reduce((total, shape) => total + shape[p.axis]!, 0),
      );
      let start = 0;
      const parts = names.map((name, i) => {
        start += shapes[i]![p.axis]!;
        return writingView(partOf(whole, p.axis, start - shapes[i]![p.axis]!, shapes[i]!), name, "y", x[name]!.rows);
      });
      return copies(x.x0!.dtype, parts);
    },
    // halves that do not fill whole words go through f32
    reference(x, p) {
      const dtype = x.x0!.dtype;
      return {
        y: cast(
          concat(
            names.map((name) => cast(x[name]!, dtype === "f64" ? "f64" : "f32")),
            p.axis,
          ),
          dtype,
        ),
      };
    },
    vjp({ x, grad: { y }, p, needs }) {
      const grads: Record<`x${number}`, Tensor> = {};
      let start = 0;
      for (const name of names) {
        const end = start + x[name]!.shape[p.axis]!;
        if (y && needs(name)) grads[name] = slice(y, p.axis, start, end);
        start = end;
      }
      return grads;
    },
    cases: [
      { name: "vectors", inputs: shapes([3], [1]), params: { axis: 0 } },
      { name: "columns", inputs: shapes([5, 67], [5, 2]), params: { axis: 1 } },
      { name: "columns in fours", inputs: shapes([5, 64], [5, 4]), params: { axis: 1 } },
      { name: "middle", inputs: shapes([2, 3, 5], [2, 1, 5]), params: { axis: 1 } },
      {
        name: "halves of odd width",
        inputs: halves,
        params: { axis: 1 },
        noGradCheck: "no central differences in bf16",
      },
      {
        name: "x, B and C of a mixer",
        inputs: shapes([4096, 1536], [4096, 128], [4096, 128]),
        params: { axis: 1 },
        bench: true,
      },
    ],
    cost: (x) => ({ flops: 0, bytes: 8 * names.reduce((total, name) => total + sizeOf(x[name]!.shape), 0) }),
  });
}

/** {@link blockProgram} of a part that is in rows; undefined for halves. */
function rowsProgram(
  x: Spec,
  { outer, n, inner }: AxisBlocks,
  total: number,
  start: number,
  caps: Caps,
): Program | undefined {
  if (dtypeBytes(x.dtype) !== 4 || outer * n * inner === 0) return undefined;
  const rows: RowLayout = { size: n * inner, pitch: total * inner, alignment: 4 };
  return viewProgram(x, { shape: x.shape, strides: stridesOfSpec(x), offset: 0 }, caps, {
    ...rows,
    offset: start * inner,
  });
}

/** {@link concatPrimitive} of two and of three inputs, for those who collect all primitives. */
export const concat2Primitive: ConcatPrimitive = concatPrimitive(2);
/** See {@link concat2Primitive}. */
export const concat3Primitive: ConcatPrimitive = concatPrimitive(3);

/**
 * Joins tensors along an axis.
 *
 * @param xs at least one; of one dtype (any dtype), with equal sizes on all other axes
 * @param axis negative ones count from the end
 * @returns one tensor whose `axis` is as long as theirs together
 * @throws ShapeError, DTypeError when they do not fit
 * @example
 * concat([tensor([1, 2]), tensor([3])], 0);   // [1, 2, 3]
 */
export function concat(xs: readonly Tensor[], axis: number): Tensor {
  requireArity("concat", arguments, 2);
  requireTensorList("concat", "xs", xs);
  requireTensors("concat", indexedNames("xs", xs));
  const first = xs[0];
  if (!first) throw new ShapeError("concat: there must be a tensor to join; got none.", { op: "concat", got: 0 });
  const index = axisOf("concat", axis, first.shape.length);
  return apply(concatPrimitive(xs.length), Object.fromEntries(xs.map((x, i) => [`x${i}`, x])), { axis: index }).y;
}

/**
 * Joins tensors of one shape along a new axis at `axis` of the result.
 *
 * @param xs `[…]`, at least one, of one shape and of one dtype (any dtype)
 * @returns xs[0]'s shape with a new axis of xs.length
 * @throws ShapeError, DTypeError when they do not fit
 * @example
 * stack([tensor([1, 2]), tensor([3, 4])]); // [[1, 2], [3, 4]]
 */
export function stack(xs: readonly Tensor[], axis: number = 0): Tensor {
  requireArity("stack", arguments, 2);
  requireTensorList("stack", "xs", xs);
  return opScope("stack", indexedNames("xs", xs), () =>
    concat(
      xs.map((x) => unsqueeze(x, axis)),
      axis,
    ),
  );
}
