// Every token times the matrices of its own experts, and the sums of outer products that are the gradient of these matrices.
import { type ExpertLinearSpec, type ExpertOuterSpec, expertsWasm } from "@x/kernels-wasm";
import { experts as kernels } from "@x/kernels-wgsl";
import {
  add,
  apply,
  cast,
  decoded,
  definePrimitive,
  eq,
  expand,
  type HostTensor,
  matmul,
  opScope,
  type Primitive,
  requireArity,
  requireDType,
  reshape,
  ShapeError,
  showShape,
  sizeOf,
  slice,
  type Spec,
  stack,
  sum,
  type Tensor,
  where,
} from "@x/tensor/core";
import { checkSpec } from "../norm-checks.ts";
import { linearCases, outerCases } from "./cases.ts";
import { type ExpertLinearOptions, groupsOf } from "./options.ts";
import { checkIds, expertOrderPrimitive, expertRange } from "./order.ts";
import type { ExpertLinearParams, ExpertOuterParams } from "./spec.ts";

type Grouping = "order" | "offsets";

/** Raises unless `x` holds a row for every token, or for every expert of every token. */
export function checkRows(op: string, name: string, x: Spec, ids: Spec): void {
  const [t, k] = ids.shape as [number, number];
  if (x.shape.length === 3 && x.shape[0] === t && (x.shape[1] === 1 || x.shape[1] === k)) return;
  throw ShapeError.must(op, name, `be [${t}, 1, n] or [${t}, ${k}, n], rows of tokens or of their experts`, x.shape);
}

export function checkGrouping(
  op: string,
  ids: Spec,
  experts: number,
  groups: { readonly [K in Grouping]?: Spec | undefined },
): void {
  checkIds(op, ids);
  if ((groups.order === undefined) !== (groups.offsets === undefined))
    throw new ShapeError(`${op}: order and offsets must be given together; got one of them.`, { op });
  if (groups.order) checkSpec(op, "order", groups.order, [sizeOf(ids.shape)], "i32");
  if (groups.offsets) checkSpec(op, "offsets", groups.offsets, [experts + 1], "i32");
}

/** Raises unless order is what {@link groupByExpert} makes of ids: kernels read and write where it says. */
export function checkOrder(
  op: string,
  ids: ArrayLike<number>,
  order: ArrayLike<number>,
  offsets: ArrayLike<number>,
  experts: number,
): void {
  let at = 0;
  for (let e = 0; e < experts && offsets[e] === at; e++) {
    let last = -1;
    for (; at < ids.length && ids[order[at]!] === e && order[at]! > last; at++) last = order[at]!;
  }
  if (at !== ids.length || offsets[experts] !== at)
    throw new ShapeError(`${op}: order and offsets must be those of groupByExpert for these ids; got others.`, { op });
}

export function linearSpec(x: Spec, weight: Spec, ids: Spec, grouped: boolean, transposed: boolean): ExpertLinearSpec {
  const [experts, rows, columns] = weight.shape as [number, number, number];
  return {
    places: sizeOf(ids.shape),
    shared: sharing(x, ids),
    experts,
    inputs: transposed ? rows : columns,
    outputs: transposed ? columns : rows,
    type: weight.dtype === "f16" || weight.dtype === "bf16" ? weight.dtype : "f32",
    transposed,
    grouped,
  };
}

function outerSpec(left: Spec, right: Spec, ids: Spec, experts: number): ExpertOuterSpec {
  return {
    places: sizeOf(ids.shape),
    sharedLeft: sharing(left, ids),
    sharedRight: sharing(right, ids),
    experts,
    a: left.shape[2]!,
    b: right.shape[2]!,
  };
}

/** How many places have one row of x. */
function sharing(x: Spec, ids: Spec): number {
  return x.shape[1] === ids.shape[1] ? 1 : ids.shape[1]!;
}

/** i32 `[t, k, 1]` = e */
function hit(ids: Tensor, e: number): Tensor {
  return eq(reshape(ids, [...ids.shape, 1]), e);
}

/** Inputs x [t, 1 or k, in], weight [e, out, in] ([e, in, out] where `transposed`), ids [t, k]; output y [t, k, out], y[i, j] = weight[ids[i, j]]·x[i, j or 0]. */
export const expertLinearPrimitive: Primitive<"x" | "weight" | "ids", Grouping, "y", ExpertLinearParams> =
  definePrimitive({
    name: "expert_linear",
    inputs: ["x", "weight", "ids"],
    optional: ["order", "offsets"],
    outputs: ["y"],
    infer({ x, weight, ids, order, offsets }, { transposed }: ExpertLinearParams) {
      const op = "expertLinear";
      requireDType(op, "x", x.dtype, ["f32", "f64"]);
      requireDType(op, "weight", weight.dtype, x.dtype === "f32" ? ["f32", "f16", "bf16"] : ["f64"]);
      checkGrouping(op, ids, weight.shape[0] ?? 0, { order, offsets });
      if (transposed && !order)
        throw new ShapeError(`${op}: order and offsets must be given with transposed matrices; got none.`, { op });
      checkRows(op, "x", x, ids);
      if (weight.shape.length !== 3 || weight.shape[transposed ? 1 : 2] !== x.shape[2])
        throw new ShapeError(
          `${op}: weight must be [e, ${transposed ? "in, out" : "out, in"}], in the last axis of x; got weight ${showShape(weight.shape)}, x ${showShape(x.shape)}.`,
          { op, shapes: { x: x.shape, weight: weight.shape } },
        );
      return { y: { shape: [...ids.shape, weight.shape[transposed ? 2 : 1]!], dtype: x.dtype } };
    },
    ids: ({ weight, order }, { routed }) =>
      expertRange("expertLinear", weight.shape[0]!, routed || order !== undefined),
    check({ weight, ids, order, offsets }) {
      if (order && offsets) checkOrder("expertLinear", ids.data, order.data, offsets.data, weight.shape[0]!);
    },
    reference({ x, weight, ids }, { transposed }) {
      const wide = cast(weight, x.dtype);
      const products = Array.from({ length: weight.shape[0]! }, (_, e) =>
        where(hit(ids, e), matmul(x, matrixOf(wide, e), { transposeB: !transposed }), 0),
      );
      return { y: products.reduce((total, product) => add(total, product)) };
    },
    cpu({ x, weight, ids }, { y }, { transposed }) {
      const [, rows, k] = x.shape as [number, number, number];
      const [perToken, n] = [ids.shape[1]!, y.shape[2]!];
      const numbers = decoded(weight.data, weight.dtype);
      const [stepRow, stepColumn] = transposed ? [1, n] : [k, 1];
      for (let place = 0; place < ids.data.length; place++) {
        const from = (rows === perToken ? place : Math.floor(place / perToken)) * k;
        const matrix = ids.data[place]! * n * k;
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let i = 0, at = matrix + j * stepRow; i < k; i++, at += stepColumn)
            total += x.data[from + i]! * numbers[at]!;
          y.data[place * n + j] = total;
        }
      }
    },
    webgpu: ({ x, weight, ids, order }, { transposed }, caps) =>
      kernels.linear(linearSpec(x, weight, ids, order !== undefined, transposed), caps),
    wasm: ({ x, weight, ids, order }, { transposed }) =>
      expertsWasm.linear(linearSpec(x, weight, ids, order !== undefined, transposed)),
    vjp: ({ x: { x, weight, ids, ...given }, grad, p: { transposed }, needs }) => {
      const g = grad.y!;
      const { order, offsets } =
        given.order && given.offsets ? given : apply(expertOrderPrimitive, { ids }, { experts: weight.shape[0]! });
      const groups = { ids, order: order!, offsets: offsets! };
      const outer = (): Tensor => {
        const [left, right] = transposed ? [x, g] : [g, x];
        return apply(expertOuterPrimitive, { left, right, ...groups }, { experts: weight.shape[0]! }).y;
      };
      return {
        x: needs("x")
          ? sharedRows(apply(expertLinearPrimitive, { x: g, weight, ...groups }, { transposed: !transposed }).y, x)
          : undefined,
        weight: needs("weight") ? cast(outer(), weight.dtype) : undefined,
      };
    },
    cases: linearCases,
    cost: ({ x, weight, ids }) => {
      const [t, k] = ids.shape as [number, number];
      const [e, rows, columns] = weight.shape as [number, number, number];
      return {
        flops: 2 * t * k * rows * columns,
        bytes: 4 * (sizeOf(x.shape) + (sizeOf(x.shape) / x.shape[1]!) * k + Math.min(e, t * k) * rows * columns),
      };
    },
  });

/** Inputs left [t, 1 or k, a], right [t, 1 or k, b], ids [t, k]; output y [e, a, b], y[j] = Σ left·rightᵀ over the places of expert j. */
export const expertOuterPrimitive: Primitive<"left" | "right" | "ids" | Grouping, never, "y", ExpertOuterParams> =
  definePrimitive({
    name: "expert_outer",
    inputs: ["left", "right", "ids", "order", "offsets"],
    outputs: ["y"],
    infer({ left, right, ids, order, offsets }, { experts }: ExpertOuterParams) {
      const op = "expertOuter";
      requireDType(op, "left", left.dtype, ["f32", "f64"]);
      requireDType(op, "right", right.dtype, [left.dtype]);
      checkGrouping(op, ids, experts, { order, offsets });
      checkRows(op, "left", left, ids);
      checkRows(op, "right", right, ids);
      return { y: { shape: [experts, left.shape[2]!, right.shape[2]!], dtype: left.dtype } };
    },
    ids: (_x, { experts }) => expertRange("expertOuter", experts, true), // by groupByExpert
    check: ({ ids, order, offsets }, { experts }) =>
      checkOrder("expertOuter", ids.data, order.data, offsets.data, experts),
    reference({ left, right, ids }, { experts }) {
      const [t, k] = ids.shape as [number, number];
      const rows = (x: Tensor): Tensor => reshape(x, [t * k, x.shape[2]!]);
      const sums = Array.from({ length: experts }, (_, e) =>
        matmul(rows(spread(left, k)), rows(where(hit(ids, e), spread(right, k), 0)), { transposeA: true }),
      );
      return { y: stack(sums, 0) };
    },
    cpu({ left, right, ids }, { y }) {
      const [perToken, a, b] = [ids.shape[1]!, left.shape[2]!, right.shape[2]!];
      const row = (rows: HostTensor, place: number): number =>
        rows.shape[1] === perToken ? place : Math.floor(place / perToken);
      // sums in doubles, whatever y holds
      const sums = new Float64Array(y.data.length);
      for (let place = 0; place < ids.data.length; place++) {
        const from = row(right, place) * b;
        for (let i = 0, at = ids.data[place]! * a * b; i < a; i++) {
          const factor = left.data[row(left, place) * a + i]!;
          for (let j = 0; j < b; j++, at++) sums[at]! += factor * right.data[from + j]!;
        }
      }
      y.data.set(sums);
    },
    webgpu: ({ left, right, ids }, { experts }) => kernels.outer(outerSpec(left, right, ids, experts)),
    wasm: ({ left, right, ids }, { experts }) => expertsWasm.outer(outerSpec(left, right, ids, experts)),
    vjp: ({ x: { left, right, ids, order, offsets }, grad: { y: weight }, needs }) => {
      const groups = { ids, order, offsets };
      const times = (x: Tensor, transposed: boolean): Tensor =>
        apply(expertLinearPrimitive, { x, weight: weight!, ...groups }, { transposed }).y;
      return {
        left: needs("left") ? sharedRows(times(right, false), left) : undefined,
        right: needs("right") ? sharedRows(times(left, true), right) : undefined,
      };
    },
    cases: outerCases,
    cost: ({ left, right, ids }, { experts }) => ({
      flops: 2 * sizeOf(ids.shape) * left.shape[2]! * right.shape[2]!,
      bytes: 4 * (sizeOf(left.shape) + sizeOf(right.shape) + experts * left.shape[2]! * right.shape[2]!),
    }),
  });

/** Matrix e of a stack. */
function matrixOf(weight: Tensor, e: number): Tensor {
  return reshape(slice(weight, 0, e, e + 1), weight.shape.slice(1));
}

/** Rows of tokens as rows of their experts: [t, k, n]. */
function spread(x: Tensor, k: number): Tensor {
  return x.shape[1] === k ? x : expand(x, x.shape.with(1, k));
}

/** A gradient [t, k, n] of rows that the experts of a token share, or not. */
function sharedRows(gradient: Tensor, x: Tensor): Tensor {
  return x.shape[1] === gradient.shape[1] ? gradient : sum(gradient, 1, { keepDims: true });
}

/**
 * Every token times the matrices of its experts, `y[i, j] = weight[ids[i, j]] · x[i, j]`; only the weights of chosen experts are read.
 *
 * @param x `[t, k, in]`, or `[t, 1, in]`: one row for all experts of a token; f32 (f64 on the CPU)
 * @param weight `[e, out, in]`, x's dtype; or f16 or bf16 with x of f32: widened as it is read
 * @param ids `[t, k]`, i32; each in [0, e): the CPU raises about others at once, a GPU at the next read
 * @returns `[t, k, out]`, x's dtype
 * @throws ShapeError, DTypeError when they do not fit together; ConfigError for an unknown option
 * @example
 * const weight = tensor([[[1, 1]], [[2, 0]]]); // two experts [1, 2]
 * const y = expertLinear(tensor([[[3, 4]]]), weight, tensor([[1, 0]], { dtype: "i32" })); // [[[6], [7]]]
 */
export function expertLinear(x: Tensor, weight: Tensor, ids: Tensor, options: ExpertLinearOptions = {}): Tensor {
  requireArity("expertLinear", arguments, 4);
  const { order, offsets, routed } = groupsOf("expertLinear", options);
  return opScope(
    "expertLinear",
    { x, weight, ids },
    () =>
      apply(expertLinearPrimitive, { x, weight, ids, order, offsets }, { transposed: false, ...(routed && { routed }) })
        .y,
    { "groups.order": order, "groups.offsets": offsets },
  );
}
