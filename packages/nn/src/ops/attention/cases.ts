// Shapes and parameters on which attention and its gradient are tested.
import type { Case, Shape } from "@x/tensor/core";
import type { AttentionParams } from "./spec.ts";

interface Options extends Partial<AttentionParams> {
  readonly seqIdx?: readonly number[];
  readonly bench?: true;
}

type Sizes = readonly [b: number, l: number, m: number, heads: number, kvHeads: number, headDim: number];

export type AttentionCase = Case<"q" | "k" | "v", "seqIdx", AttentionParams>;

function attentionCase(name: string, [b, l, m, heads, kvHeads, headDim]: Sizes, options: Options = {}): AttentionCase {
  const { scale = headDim ** -0.5, causal = true, seqIdx, bench } = options;
  const inputs: Record<"q" | "k" | "v", Shape> = {
    q: [b, l, heads, headDim],
    k: [b, m, kvHeads, headDim],
    v: [b, m, kvHeads, headDim],
  };
  return {
    name,
    inputs: seqIdx ? { ...inputs, seqIdx: { shape: [b, m], dtype: "i32", fill: { values: seqIdx } } } : inputs,
    params: { scale, causal },
    ...(bench ? { bench } : {}),
  };
}

export const attentionCases: readonly AttentionCase[] = [
  attentionCase("one number", [1, 1, 1, 1, 1, 1]),
  attentionCase("one token after two", [2, 1, 3, 2, 2, 8]),
  attentionCase("plain", [2, 7, 7, 2, 2, 8]),
  attentionCase("groups of three heads, an odd head dim", [1, 17, 17, 6, 2, 7]),
  attentionCase("every query sees everything", [2, 9, 9, 2, 1, 8], { causal: false, scale: 0.7 }),
  attentionCase("more keys than queries", [1, 5, 21, 4, 2, 8]),
  attentionCase("more keys than queries, not causal", [1, 3, 40, 2, 2, 8], { causal: false }),
  attentionCase("more queries than keys, not causal", [1, 35, 6, 2, 1, 7], { causal: false }),
  attentionCase("one above four tiles", [1, 129, 129, 2, 1, 8]),
  attentionCase("large scores", [1, 40, 40, 1, 1, 8], { scale: 9 }),
  attentionCase("a negative scale", [1, 19, 19, 2, 2, 8], { scale: -0.5 }),
  attentionCase("documents whose numbers repeat, and padding", [2, 9, 9, 2, 1, 8], {
    seqIdx: [0, 0, 1, 1, 0, 0, 0, -1, -1, -1, 2, 2, -1, 2, 2, 2, 2, 3],
  }),
  attentionCase("documents, not causal", [1, 70, 70, 2, 2, 8], {
    causal: false,
    seqIdx: Array.from({ length: 70 }, (_, t) => (t < 3 ? -1 : Math.floor(t / 33))),
  }),
  attentionCase("documents, more keys than queries", [1, 6, 40, 2, 1, 8], {
    seqIdx: Array.from({ length: 40 }, (_, t) => (t < 12 ? 0 : t < 37 ? 5 : 1)),
  }),
  attentionCase("the largest head dim", [1, 34, 34, 2, 1, 256]),
  attentionCase("a head dim of whole vectors but no whole chunk", [1, 33, 33, 1, 1, 36]),
  attentionCase("b1 h8 l2048 a64", [1, 2048, 2048, 8, 8, 64], { bench: true }),
];
