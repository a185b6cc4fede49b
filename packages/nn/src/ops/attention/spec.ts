// Sizes, parameters and checks that attention, its gradient and attention over a cache share.
import type { AttentionSizes, AttentionSpec, BufferStrides, TokenStrides } from "@x/base";
import {
  requireDType,
  requireNumber,
  type RowLayout,
  type Shape,
  ShapeError,
  showShape,
  type Spec,
  stridesOfTokens,
} from "@x/tensor/core";

/** Parameters of an attention. */
export interface AttentionParams {
  readonly scale: number;
  readonly causal: boolean;
}

export interface AttentionInputs<T> {
  readonly q: T;
  readonly k: T;
  readonly v: T;
  readonly seqIdx?: T | undefined;
}

/** Sizes from the shapes of q [b, l, heads, headDim] and k [b, m, kvHeads, headDim]. */
export function sizesOf({ q, k }: Readonly<Record<"q" | "k", { readonly shape: Shape }>>): AttentionSizes {
  const [b, l, heads, headDim] = q.shape as [number, number, number, number];
  const [, m, kvHeads] = k.shape as [number, number, number];
  return { b, l, m, heads, kvHeads, headDim };
}

/** Raises unless q and k have four axes of at least 1 and whole groups of query heads; gives the sizes. */
export function checkHeads(op: string, q: Spec, k: Spec): AttentionSizes {
  requireDType(op, "q", q.dtype, ["f32", "f64"]);
  for (const [name, spec, must] of [
    ["q", q, "[b, l, heads, a]"],
    ["k", k, "[b, m, kvHeads, a]"],
  ] as const) {
    if (spec.shape.length !== 4 || spec.shape.some((dim) => dim === 0)) {
      throw ShapeError.must(op, name, `be ${must}, each at least 1`, spec.shape);
    }
  }
  const sizes = sizesOf({ q, k });
  if (sizes.heads % sizes.kvHeads !== 0) {
    throw new ShapeError(`${op}: heads of k must divide those of q; got ${sizes.kvHeads} (k) and ${sizes.heads} (q).`, {
      op,
      got: [sizes.heads, sizes.kvHeads],
    });
  }
  return sizes;
}

/** Raises unless a tensor has a shape and dtype. */
export function checkLike(op: string, name: string, spec: Spec | undefined, shape: Shape, dtype: Spec["dtype"]): void {
  if (!spec) return;
  if (spec.shape.length !== shape.length || spec.shape.some((dim, i) => dim !== shape[i])) {
    throw ShapeError.must(op, name, `be ${showShape(shape)}`, spec.shape, shape);
  }
  requireDType(op, name, spec.dtype, [dtype]);
}

/** Raises unless the inputs of an attention fit together; gives the sizes. */
export function checkAttention(
  op: string,
  { q, k, v, seqIdx }: AttentionInputs<Spec>,
  { scale, causal }: AttentionParams,
): AttentionSizes {
  const sizes = checkHeads(op, q, k);
  const { b, l, m, kvHeads, headDim } = sizes;
  for (const [name, spec] of [
    ["k", k],
    ["v", v],
  ] as const)
    checkLike(op, name, spec, [b, m, kvHeads, headDim], q.dtype);
  checkLike(op, "seqIdx", seqIdx, [b, m], "i32");
  if ((causal || seqIdx) && m < l) {
    throw new ShapeError(
      `${op}: queries must be the last of the keys' tokens where it is causal or has seqIdx; got ${l} queries and ${m} keys.`,
      { op, expected: m, got: l },
    );
  }
  checkScale(op, scale);
  return sizes;
}

export function checkScale(op: string, scale: number): void {
  requireNumber(op, "scale", scale, "a finite number", Number.isFinite);
}

/** Strides of the buffers of tokens that are views. */
export function stridesOf(
  views: Readonly<Record<string, readonly [rows: RowLayout | undefined, shape: Shape]>>,
): BufferStrides {
  const strides: Record<string, TokenStrides> = {};
  for (const name in views) {
    const [rows, shape] = views[name]!;
    if (rows) strides[name] = stridesOfTokens({ shape, rows });
  }
  return strides;
}

/** What the kernels' programs depend on; `more`: further buffers with the shape of q or of k that may be views. */
export function specOf(
  inputs: AttentionInputs<Spec>,
  { scale, causal }: AttentionParams,
  more: {
    readonly likeQ?: Readonly<Record<string, RowLayout | undefined>>;
    readonly likeK?: Readonly<Record<string, RowLayout | undefined>>;
  },
): AttentionSpec {
  const { q, k, v, seqIdx } = inputs;
  const views: Record<string, readonly [RowLayout | undefined, Shape]> = {
    q: [q.rows, q.shape],
    k: [k.rows, k.shape],
    v: [v.rows, k.shape],
  };
  for (const name in more.likeQ) views[name] = [more.likeQ[name], q.shape];
  for (const name in more.likeK) views[name] = [more.likeK[name], k.shape];
  return { ...sizesOf(inputs), scale, causal, seqIdx: seqIdx !== undefined, strides: stridesOf(views) };
}
