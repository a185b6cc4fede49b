// Shapes and cases that the convolution of a projection's columns shares with its gradient.
import { describeValue } from "@x/base";
import { type Case, type CaseInput, ShapeError, showShape, type Spec } from "@x/tensor/core";
import { checkConv, type ConvInputs, type ConvSizes } from "../causal-conv1d/spec.ts";

/** Which columns of the projection are convolved, and how the result is split. */
export interface ProjectedConv1dParams {
  /** columns in front of the convolution's */
  readonly front: number;
  /** widths of the results; they add up to the convolution's channels */
  readonly parts: readonly [number, number, number];
  readonly activation: "silu" | "none";
  readonly returnFinalState: boolean;
}

export interface ProjectedConvInputs<T> extends Omit<ConvInputs<T>, "x"> {
  readonly projected: T;
}

export interface ProjectedConvSizes extends ConvSizes {
  readonly rest: number;
}

/** Sizes from the inputs; raises a ShapeError or DTypeError unless they fit. */
export function checkProjectedConv(
  inputs: ProjectedConvInputs<Spec>,
  { front, parts }: Pick<ProjectedConv1dParams, "front" | "parts">,
): ProjectedConvSizes {
  const op = "projectedConv1d";
  const {
    projected: { shape, dtype },
    ...others
  } = inputs;
  if (!Array.isArray(parts) || parts.length !== 3)
    throw new ShapeError(`${op}: parts must be three widths, of x, B and C; got ${describeValue(parts)}.`, {
      op,
      got: parts,
    });
  const c = parts.reduce((sum, width) => sum + width, 0);
  const rest = (shape.at(-1) ?? 0) - front - c;
  if (shape.length !== 3 || !(rest >= 0) || [front, ...parts].some((width) => !Number.isInteger(width) || width < 0)) {
    throw new ShapeError(
      `${op}: projected must be [b,l,…] with at least ${front + c} columns, front ${front} and parts ${showShape(parts)}, which are whole numbers; got ${showShape(shape)}.`,
      { op, expected: front + c, got: shape },
    );
  }
  return { ...checkConv({ x: { shape: shape.with(2, c), dtype }, ...others }), rest };
}

interface CaseOptions {
  readonly bias?: false;
  readonly initialState?: true;
  readonly seqIdx?: readonly number[];
  readonly activation?: "none";
  readonly returnFinalState?: true;
  readonly bench?: true;
}

export interface ProjectedConvCase extends Case<
  "projected" | "weight",
  "bias" | "initialState" | "seqIdx",
  ProjectedConv1dParams
> {
  readonly sizes: ProjectedConvSizes;
}

function conv(
  name: string,
  [b, l, w]: readonly [b: number, l: number, w: number],
  [front, parts, rest]: readonly [front: number, parts: readonly [number, number, number], rest: number],
  options: CaseOptions = {},
): ProjectedConvCase {
  const { bias, initialState, seqIdx, activation = "silu", returnFinalState = false, bench } = options;
  const c = parts[0] + parts[1] + parts[2];
  const inputs: Record<string, CaseInput> = {
    projected: { shape: [b, l, front + c + rest] },
    weight: { shape: [c, w] },
  };
  if (bias !== false) inputs["bias"] = { shape: [c] };
  if (initialState) inputs["initialState"] = { shape: [b, c, w - 1] };
  if (seqIdx) inputs["seqIdx"] = { shape: [b, l], dtype: "i32", fill: { values: seqIdx } };
  return {
    name,
    sizes: { b, l, c, w, rest },
    inputs: inputs as unknown as ProjectedConvCase["inputs"],
    params: { front, parts, activation, returnFinalState },
    ...(bench ? { bench } : {}),
  };
}

export const projectedConvCases: readonly ProjectedConvCase[] = [
  conv("one number each", [1, 1, 1], [1, [1, 1, 1], 1]),
  conv("a mixer", [2, 7, 4], [8, [8, 4, 4], 4]),
  conv("widths that are no multiples of 4", [1, 37, 3], [5, [7, 3, 3], 2], { initialState: true }),
  conv("nothing beside it, no bias, no activation", [1, 33, 2], [0, [4, 4, 8], 0], {
    bias: false,
    activation: "none",
    returnFinalState: true,
  }),
  conv("a part without channels", [1, 5, 4], [4, [8, 0, 4], 2], { returnFinalState: true }),
  conv("every option: a dispatch per part", [2, 6, 4], [4, [8, 4, 4], 4], {
    seqIdx: [0, 0, 1, 1, -1, -1, 0, 1, 1, 1, 1, 1],
    initialState: true,
    returnFinalState: true,
  }),
  conv("documents", [1, 37, 4], [4, [4, 4, 4], 1], {
    seqIdx: Array.from({ length: 37 }, (_, t) => (t < 5 ? 0 : t < 6 ? 1 : 2)),
  }),
  conv("documents whose numbers repeat", [1, 6, 4], [4, [4, 4, 4], 1], {
    seqIdx: [0, 1, 0, 0, -1, 0],
    initialState: true,
    returnFinalState: true,
  }),
  conv("more channels than threads", [1, 18, 7], [4, [260, 12, 12], 4]),
  conv("130m", [1, 2048, 4], [1536, [1536, 128, 128], 24], { bench: true }),
];
