// What the scan's primitives share: sizes, parameters and the checks of shapes and dtypes.
import type { BufferStrides, SsdSizes, SsdSpec, TokenStrides } from "@x/base";
import {
  type Inputs,
  type OutputRows,
  type RowLayout,
  ShapeError,
  type Spec,
  stridesOfTokens,
  requireArray,
  requireDType,
  type Shape,
  showShape,
} from "@x/tensor/core";

/** Parameters of the scan. */
export interface SsdParams {
  /** Tokens per chunk of the reference; the result does not depend on it but for rounding. Kernels choose their own. */
  readonly chunkSize: number;
  /** `dt ← softplus(dt + dtBias)` instead of `dt + dtBias` */
  readonly dtSoftplus: boolean;
  /** dt is clamped to [lo, hi] after softplus; hi may be Infinity */
  readonly dtLimit: readonly [lo: number, hi: number];
}

/** Sizes from the shapes of x [b, l, h, p] and B [b, l, g, n]. */
export function dimsOf({ x, B }: Readonly<Record<"x" | "B", { readonly shape: Shape }>>): SsdSizes {
  const [b, l, h, p] = x.shape as [number, number, number, number];
  const [g, n] = B.shape.slice(-2) as [number, number];
  return { b, l, h, p, g, n };
}

/** Shape of every input of the scan that may be present. */
function expectedShapes({ b, l, h, p, g, n }: SsdSizes): Readonly<Record<string, readonly Shape[]>> {
  const states: readonly Shape[] = [[b, h, p, n]];
  const tokens: readonly Shape[] = [[b, l, h, p]];
  return {
    x: tokens,
    z: tokens,
    gradY: tokens,
    dt: [[b, l, h]],
    A: [[h]],
    dtBias: [[h]],
    D: [[h], [h, p]],
    B: [[b, l, g, n]],
    C: [[b, l, g, n]],
    seqIdx: [[b, l]],
    initialState: states,
    gradFinalState: states,
  };
}

/** Raises unless the inputs of a scan fit together; gives the sizes. */
export function checkScan(op: string, x: Readonly<Record<string, Spec | undefined>>, p: SsdParams): SsdSizes {
  checkRank(op, "x", x["x"]!, 4, "[b, l, h, p]");
  checkRank(op, "B", x["B"]!, 4, "[b, l, g, n]");
  const dims = dimsOf({ x: x["x"]!, B: x["B"]! });
  checkInputs(op, x, dims, expectedShapes(dims));
  checkParams(op, dims, p);
  if (!Number.isInteger(p.chunkSize) || p.chunkSize < 1) {
    throw ShapeError.must(op, "chunkSize", "be a whole number of at least 1", p.chunkSize);
  }
  return dims;
}

export function checkRank(op: string, name: string, { shape }: Spec, rank: number, axes: string): void {
  if (shape.length !== rank) throw ShapeError.must(op, name, `be ${axes}`, shape, rank);
}

/** Raises unless every input present has one of its shapes, and x's dtype (seqIdx: i32). */
export function checkInputs(
  op: string,
  x: Readonly<Record<string, Spec | undefined>>,
  { h, g }: SsdSizes,
  expected: Readonly<Record<string, readonly Shape[]>>,
): void {
  requireDType(op, "x", x["x"]!.dtype, ["f32", "f64"]);
  if (h % g !== 0)
    throw new ShapeError(`${op}: groups must divide heads; got ${g} groups (B) and ${h} heads (x).`, {
      op,
      got: [g, h],
    });
  for (const [name, spec] of Object.entries(x)) {
    if (!spec) continue;
    const shapes = expected[name]!;
    if (!shapes.some((shape) => shape.length === spec.shape.length && shape.every((dim, i) => dim === spec.shape[i]))) {
      throw new ShapeError(
        `${op}: ${name} must have shape ${shapes.map(showShape).join(" or ")} for x ${showShape(x["x"]!.shape)}; got ${showShape(spec.shape)}.`,
        {
          op,
          expected: shapes,
          got: spec.shape,
        },
      );
    }
    requireDType(op, name, spec.dtype, name === "seqIdx" ? ["i32"] : [x["x"]!.dtype]);
  }
}

export function checkParams(
  op: string,
  { p, n }: Pick<SsdSizes, "p" | "n">,
  { dtLimit }: Pick<SsdParams, "dtLimit">,
): void {
  requireArray(op, "dtLimit", dtLimit);
  const [lo, hi] = dtLimit;
  if (p < 1 || n < 1)
    throw new ShapeError(`${op}: head dim and state must be at least 1; got ${p} and ${n}.`, { op, got: [p, n] });
  if (!(lo >= 0 && lo <= hi)) {
    throw new ShapeError(`${op}: dtLimit must be [lo, hi] with 0 ≤ lo ≤ hi; got [${lo}, ${hi}].`, {
      op,
      got: [lo, hi],
    });
  }
}

/** Outputs by the input whose shape they have. */
const shapedAs: Readonly<Record<string, string>> = {
  y: "x",
  gradX: "x",
  gradZ: "x",
  gradDt: "dt",
  gradB: "B",
  gradC: "B",
};

/** Strides of the inputs and outputs that are views. */
function stridesOf(x: Readonly<Record<string, Spec | undefined>>, y: OutputRows): BufferStrides {
  const strides: Record<string, TokenStrides> = {};
  const add = (name: string, rows: RowLayout | undefined, { shape }: Spec): void => {
    if (rows) strides[name] = stridesOfTokens({ shape, rows });
  };
  for (const name in x) if (x[name]) add(name, x[name].rows, x[name]);
  for (const name in y) add(name, y[name], x[shapedAs[name]!]!);
  return strides;
}

/** What the kernels' programs depend on. */
export function specOf(
  x: Inputs<"x" | "B", "D" | "z" | "dtBias" | "initialState" | "seqIdx", Spec>,
  p: SsdParams,
  y: OutputRows,
): SsdSpec {
  return {
    ...dimsOf(x),
    strides: stridesOf(x, y),
    dtSoftplus: p.dtSoftplus,
    dtLimit: p.dtLimit,
    D: skipKind(x.D),
    z: x.z !== undefined,
    dtBias: x.dtBias !== undefined,
    initialState: x.initialState !== undefined,
    seqIdx: x.seqIdx !== undefined,
  };
}

/** Whether D is given per head or per channel. */
export function skipKind(D: Spec | undefined): "head" | "channel" | undefined {
  if (!D) return undefined;
  return D.shape.length === 1 ? "head" : "channel";
}
