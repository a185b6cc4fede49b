// Shapes, cases and masks that the causal convolution and its gradient share.
import type { CausalConv1dSpec, TokenStrides } from "@x/base";
import {
  and,
  type Case,
  type CaseInput,
  concat,
  ConfigError,
  DTypeError,
  eq,
  ge,
  pad,
  reshape,
  type RowLayout,
  type Shape,
  ShapeError,
  showShape,
  slice,
  type Spec,
  stridesOfTokens,
  type Tensor,
  transpose,
} from "@x/tensor/core";
import { documentCounts } from "../documents.ts";

/** Parameters of the primitives of {@link causalConv1d}. */
export interface CausalConv1dParams {
  readonly activation: "silu" | "none";
  readonly returnFinalState: boolean;
}

/** Sizes: b batch, l length, c channels, w width. */
export interface ConvSizes {
  readonly b: number;
  readonly l: number;
  readonly c: number;
  readonly w: number;
}

export interface ConvInputs<T> {
  readonly x: T;
  readonly weight: T;
  readonly bias?: T | undefined;
  readonly initialState?: T | undefined;
  readonly seqIdx?: T | undefined;
}

/** What a backward pass has beside them. */
interface ArrivedGradients<T> {
  readonly gradY?: T | undefined;
  readonly gradFinalState?: T | undefined;
}

/** Sizes from the inputs; raises a ShapeError or DTypeError unless they fit. */
export function checkConv(inputs: ConvInputs<Spec> & ArrivedGradients<Spec>): ConvSizes {
  const { x, weight, bias, initialState, seqIdx, gradY, gradFinalState } = inputs;
  const op = "causalConv1d";
  if (x.shape.length !== 3 || x.shape[1] === 0) {
    throw ShapeError.must(op, "x", "be [b,l,c] with l at least 1", x.shape);
  }
  const [b, l, c] = x.shape as [number, number, number];
  const w = weight.shape[1]!;
  if (weight.shape.length !== 2 || weight.shape[0] !== c || w === 0) {
    throw ShapeError.must(op, "weight", `be [c,w] with c = ${c}, the last axis of x`, weight.shape, c);
  }
  const expect = (name: string, spec: Spec | undefined, shape: Shape): void => {
    if (spec && (spec.shape.length !== shape.length || spec.shape.some((dim, i) => dim !== shape[i]))) {
      throw ShapeError.must(op, name, `be ${showShape(shape)}`, spec.shape, shape);
    }
  };
  expect("bias", bias, [c]);
  expect("initialState", initialState, [b, c, w - 1]);
  expect("seqIdx", seqIdx, [b, l]);
  expect("gradY", gradY, [b, l, c]);
  expect("gradFinalState", gradFinalState, [b, c, w - 1]);
  for (const [name, spec] of Object.entries({ x, weight, bias, initialState, gradY, gradFinalState })) {
    if (spec && (spec.dtype !== x.dtype || (spec.dtype !== "f32" && spec.dtype !== "f64"))) {
      throw new DTypeError(
        `${op}: x, weight, bias, initialState and gradients must all be f32 (or f64 on the CPU); ${name} is ${spec.dtype}. Convert it with cast().`,
        {
          op,
          expected: x.dtype,
          got: spec.dtype,
        },
      );
    }
  }
  if (seqIdx && seqIdx.dtype !== "i32") {
    throw new DTypeError(`${op}: seqIdx must be i32; got ${seqIdx.dtype}. Convert it with cast(seqIdx, "i32").`, {
      op,
      expected: "i32",
      got: seqIdx.dtype,
    });
  }
  return { b, l, c, w };
}

/** Sizes and flags for the kernels; `finalState`: it is an output, or its gradient an input; `views`: layouts of x, y, gradY and gradX. */
export function specOf(
  inputs: ConvInputs<Spec>,
  activation: CausalConv1dParams["activation"],
  finalState: boolean,
  views: Readonly<Record<string, RowLayout | undefined>>,
): CausalConv1dSpec {
  const { b, l, c, w } = checkConv(inputs);
  const strides: Record<string, TokenStrides> = {};
  for (const name in views) {
    const rows = views[name];
    if (rows) strides[name] = stridesOfTokens({ shape: inputs.x.shape, rows });
  }
  return {
    strides,
    batch: b,
    length: l,
    channels: c,
    width: w,
    activation,
    bias: inputs.bias !== undefined,
    initialState: inputs.initialState !== undefined,
    finalState,
    seqIdx: inputs.seqIdx !== undefined,
  };
}

/** Raises unless a convolution knows the activation. */
export function checkActivation(op: string, activation: unknown): void {
  if (activation === "silu" || activation === "none") return;
  throw ConfigError.must(op, "activation", 'be "silu" or "none"', activation);
}

/** What the taps see: the initial state (or zeros), then x. [b, w − 1 + l, c] */
export function extended(x: Tensor, initialState: Tensor | undefined, w: number): Tensor {
  if (w === 1) return x;
  return initialState ? concat([transpose(initialState, 1, 2), x], 1) : pad(x, 1, w - 1, 0);
}

/** Masks of documents, as bool tensors to be broadcast over channels; what precedes the row counts as document 0. */
export interface DocumentMasks {
  /** outputs that exist [b, l, 1] */
  readonly valid: Tensor;
  /** whether tap `k` of each output is in the output's document [b, l, 1] */
  tap(k: number): Tensor;
  /** slots of the final state that belong to the document that the row ends in [b, w − 1, 1] */
  readonly final: Tensor;
}

/** The masks of documents whose numbers are `seqIdx`, for rows of the dtype of `like`. */
export function documentMasks(seqIdx: Tensor, like: Tensor, { b, l, w }: ConvSizes): DocumentMasks {
  const counts = documentCounts(seqIdx, like); // [b, l]
  const all = pad(counts, 1, w - 1, 0); // [b, w − 1 + l]
  const own = reshape(counts, [b, l, 1]);
  return {
    valid: ge(reshape(seqIdx, [b, l, 1]), 0),
    tap: (k) => eq(reshape(slice(all, 1, k, k + l), [b, l, 1]), own),
    final: reshape(and(eq(slice(all, 1, l), slice(counts, 1, l - 1)), ge(slice(seqIdx, 1, l - 1), 0)), [b, w - 1, 1]),
  };
}

interface ConvCaseOptions {
  readonly bias?: boolean;
  readonly initialState?: boolean;
  readonly seqIdx?: readonly number[];
  readonly activation?: "silu" | "none";
  readonly returnFinalState?: boolean;
  readonly bench?: true;
}

export interface ConvCase extends Case<"x" | "weight", "bias" | "initialState" | "seqIdx", CausalConv1dParams> {
  readonly sizes: ConvSizes;
}

function conv(
  name: string,
  sizes: readonly [b: number, l: number, c: number, w: number],
  options: ConvCaseOptions = {},
): ConvCase {
  const [b, l, c, w] = sizes;
  const { bias = true, initialState = false, seqIdx, activation = "silu", returnFinalState = false, bench } = options;
  const inputs: Record<string, Shape | CaseInput> = { x: [b, l, c], weight: [c, w] };
  if (bias) inputs["bias"] = [c];
  if (initialState) inputs["initialState"] = [b, c, w - 1];
  if (seqIdx) inputs["seqIdx"] = { shape: [b, l], dtype: "i32", fill: { values: seqIdx } };
  return {
    name,
    sizes: { b, l, c, w },
    inputs: inputs as unknown as ConvCase["inputs"],
    params: { activation, returnFinalState },
    ...(bench ? { bench } : {}),
  };
}

const documents = (lengths: readonly number[]): number[] =>
  lengths.flatMap((length, i) => Array.from({ length }, () => i));

export const convCases: readonly ConvCase[] = [
  conv("one number", [1, 1, 1, 1]),
  conv("a width of 1 keeps no state", [2, 3, 4, 1], { initialState: true, returnFinalState: true }),
  conv("plain", [2, 7, 4, 4]),
  conv("no bias, no activation", [1, 5, 3, 4], { bias: false, activation: "none" }),
  conv("one below the segments", [1, 15, 5, 4], { returnFinalState: true }),
  conv("segments", [2, 32, 4, 4], { initialState: true, returnFinalState: true }),
  conv("one above the segments", [1, 33, 4, 4], { initialState: true, returnFinalState: true }),
  conv("shorter than the state", [2, 2, 3, 4], { initialState: true, returnFinalState: true }),
  conv("shorter than the state, nothing before", [1, 1, 8, 4], { returnFinalState: true }),
  conv("width 3, primes", [1, 37, 7, 3], { initialState: true }),
  conv("more channels than threads", [1, 3, 260, 2], { bias: false }),
  conv("documents", [1, 37, 4, 4], { seqIdx: documents([5, 1, 2, 29]), returnFinalState: true }),
  conv("documents and padding", [2, 6, 3, 4], {
    seqIdx: [0, 0, 1, 1, -1, -1, 0, 1, 1, 1, 1, 1],
    returnFinalState: true,
  }),
  conv("documents whose numbers repeat, within the width and at the ends of segments", [1, 37, 4, 4], {
    seqIdx: Array.from({ length: 37 }, (_, t) => (t === 6 || t === 15 || t === 32 || t === 34 ? 1 : 0)),
    initialState: true,
    returnFinalState: true,
  }),
  conv("documents whose numbers repeat around padding", [2, 6, 3, 4], {
    seqIdx: [1, -1, 1, 0, -1, 0, 0, 2, 0, -1, 0, -1],
    initialState: true,
    returnFinalState: true,
  }),
  conv("documents after a state", [2, 5, 4, 4], {
    seqIdx: [0, 0, 1, 1, 1, 0, 0, 0, 0, 0],
    initialState: true,
    returnFinalState: true,
  }),
  conv("documents after a state, shorter than it", [1, 2, 4, 4], {
    seqIdx: [0, 0],
    initialState: true,
    returnFinalState: true,
  }),
  conv("130m", [1, 2048, 1792, 4], { bench: true }),
];
