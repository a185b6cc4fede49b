// Shapes and parameters on which the ops of experts are tested.
import type { Case, CaseInput, Inputs } from "@x/tensor/core";
import type {
  ExpertQuantizedLinearParams,
  ExpertLinearParams,
  ExpertOrderParams,
  ExpertOuterParams,
  ExpertRoutingParams,
} from "./spec.ts";

const softmaxed: ExpertRoutingParams = {
  perToken: 2,
  routing: "softmax",
  normalize: true,
  scale: 1,
  groups: 1,
  topGroups: 1,
};

function routing(
  name: string,
  t: number,
  e: number,
  p: Partial<ExpertRoutingParams>,
  correction = false,
): Case<"logits", "correction", ExpertRoutingParams> {
  return {
    name,
    inputs: { logits: [t, e], ...(correction && { correction: [e] }) },
    params: { ...softmaxed, ...p },
  };
}

const sigmoid = { routing: "sigmoid" } as const;

export const routingCases: readonly Case<"logits", "correction", ExpertRoutingParams>[] = [
  routing("one expert", 3, 1, { perToken: 1 }),
  routing("two of 8", 5, 8, {}),
  routing("one of 63", 5, 63, { perToken: 1, scale: 0.5 }),
  routing("all of 5", 7, 5, { perToken: 5, normalize: false, scale: 2 }),
  routing("6 of 65, softmax of all", 70, 65, { perToken: 6, normalize: false }),
  routing("sigmoid", 5, 12, { ...sigmoid, perToken: 3 }),
  routing("sigmoid, corrected, scaled", 9, 64, { ...sigmoid, perToken: 6, scale: 2.5 }, true),
  routing("sigmoid, groups", 33, 24, { ...sigmoid, groups: 6, topGroups: 3, perToken: 5 }, true),
  routing("sigmoid, groups of two, not normalised", 4, 8, {
    ...sigmoid,
    groups: 4,
    topGroups: 2,
    perToken: 4,
    normalize: false,
  }),
  {
    name: "ties",
    inputs: { logits: { shape: [2, 6], fill: { values: [1, 2, 2, 0, 2, 1, 0, 0, 0, -0, 0, 0] } } },
    params: { ...softmaxed, perToken: 4 },
    noGradCheck: "differences change the choice",
  },
  { ...routing("64 experts, 4096 tokens", 4096, 64, { perToken: 6 }), bench: true },
  { ...routing("128 experts, 4096 tokens, corrected", 4096, 128, { ...sigmoid, perToken: 6 }, true), bench: true },
];

function experts(t: number, k: number, e: number): CaseInput {
  return { shape: [t, k], dtype: "i32", fill: { integers: [0, e] } };
}

function order(name: string, t: number, k: number, e: number): Case<"ids", never, ExpertOrderParams> {
  return { name, inputs: { ids: experts(t, k, e) }, params: { experts: e } };
}

export const orderCases: readonly Case<"ids", never, ExpertOrderParams>[] = [
  order("one", 1, 1, 1),
  order("three experts", 5, 2, 3),
  order("more experts than places", 3, 2, 40),
  order("255 places", 85, 3, 7),
  order("257 places", 257, 1, 4),
  order("1300 places", 650, 2, 65),
  {
    name: "all to the last",
    inputs: { ids: { shape: [300, 1], dtype: "i32", fill: { values: Array<number>(300).fill(4) } } },
    params: { experts: 5 },
  },
  { ...order("4096 tokens, 6 of 64", 4096, 6, 64), bench: true },
];

/** Tokens, experts of each, and experts in all. */
type Places = readonly [t: number, k: number, e: number];
/** Rows of x for each token (1 or k), and the features of a matrix. */
type Features = readonly [rows: number, inputs: number, outputs: number];

/** ids by turns, so that the order of their places is known here. */
function places([t, k, e]: Places, ids?: readonly number[]): Inputs<"ids" | "order" | "offsets", never, CaseInput> {
  const values = ids ?? Array.from({ length: t * k }, (_, i) => (i * 7 + (i >> 2)) % e);
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const offsets = Array.from({ length: e + 1 }, (_, j) => values.filter((id) => id < j).length);
  return {
    ids: { shape: [t, k], dtype: "i32", fill: { values } },
    order: { shape: [t * k], dtype: "i32", fill: { values: order } },
    offsets: { shape: [e + 1], dtype: "i32", fill: { values: offsets } },
  };
}

type LinearCase = Case<"x" | "weight" | "ids", "order" | "offsets", ExpertLinearParams>;

interface ProductOptions {
  readonly ids?: readonly number[];
  /** with the places of each expert, as groupByExpert gives them */
  readonly grouped?: boolean;
}

interface LinearOptions extends ProductOptions {
  readonly transposed?: boolean;
  readonly stored?: "f16" | "bf16";
}

function linear(name: string, at: Places, [rows, inputs, outputs]: Features, options: LinearOptions = {}): LinearCase {
  const [t, , e] = at;
  const { transposed = false, stored, grouped = false } = options;
  const { ids, ...groups } = places(at, options.ids);
  return {
    name,
    inputs: {
      x: [t, rows, inputs],
      weight: {
        shape: transposed ? [e, inputs, outputs] : [e, outputs, inputs],
        // halves that are numbers around 1
        ...(stored && { dtype: stored, fill: { integers: stored === "f16" ? [0x3000, 0x3e00] : [0x3e00, 0x3fc0] } }),
      },
      ids,
      ...(grouped && groups),
    },
    params: { transposed },
    ...(stored && { noGradCheck: `no central differences in ${stored}` }),
  };
}

export const linearCases: readonly LinearCase[] = [
  linear("one", [1, 1, 1], [1, 1, 1]),
  linear("one token, two of 8", [1, 2, 8], [1, 36, 20]),
  linear("one token, two of 8, own rows", [1, 2, 8], [2, 20, 36]),
  linear("one token, odd sizes", [1, 3, 5], [1, 37, 5]),
  linear("two tokens, odd rows", [2, 2, 5], [2, 12, 11]),
  linear("one token, long sum, f16", [1, 2, 3], [1, 1032, 6], { stored: "f16" }),
  linear("one token, odd sum, bf16", [1, 2, 3], [1, 37, 6], { stored: "bf16" }),
  linear("groups", [17, 2, 4], [1, 36, 20], { grouped: true }),
  linear("groups, own rows", [40, 3, 4], [3, 16, 68], { grouped: true }),
  linear("groups, odd sizes", [13, 2, 3], [2, 11, 7], { grouped: true }),
  linear("groups, transposed", [40, 2, 3], [2, 20, 36], { transposed: true, grouped: true }),
  linear("groups, transposed, odd sizes", [9, 2, 3], [1, 13, 5], { transposed: true, grouped: true }),
  linear("groups, one of all tokens", [70, 1, 3], [1, 8, 9], { grouped: true, ids: Array<number>(70).fill(1) }),
  linear("groups, more experts than places", [3, 2, 40], [1, 8, 12], { grouped: true }),
  linear("groups, long sum", [5, 2, 2], [1, 1030, 8], { grouped: true }),
  linear("groups, f16", [13, 2, 3], [1, 36, 12], { stored: "f16", grouped: true }),
  linear("groups, odd sizes, bf16", [13, 2, 3], [1, 37, 7], { stored: "bf16", grouped: true }),
  linear("groups, transposed, f16", [13, 2, 3], [2, 12, 37], { stored: "f16", transposed: true, grouped: true }),
  { ...linear("decode, 6 of 64", [1, 6, 64], [1, 512, 512]), bench: true },
  {
    ...linear("512 tokens, 6 of 64", [512, 6, 64], [1, 512, 512], { grouped: true }),
    bench: true,
  },
];

type QuantizedCase = Case<"x" | "packed" | "scales" | "ids", "order" | "offsets", ExpertQuantizedLinearParams>;

function quantized(
  name: string,
  bits: 8 | 4,
  groupSize: number,
  at: Places,
  [rows, inputs, outputs]: Features,
  { grouped = false }: ProductOptions = {},
): QuantizedCase {
  const [t, , e] = at;
  const { ids, ...groups } = places(at);
  return {
    name,
    inputs: {
      x: [t, rows, inputs],
      packed: { shape: [e * outputs, (inputs * bits) / 32], dtype: "u32", fill: { integers: [0, 2 ** 32] } },
      scales: { shape: [e * outputs, inputs / groupSize], fill: { uniform: [0.001, 0.01] } },
      ids,
      ...(grouped && groups),
    },
    params: { bits, groupSize, experts: e },
  };
}

export const quantizedCases: readonly QuantizedCase[] = [
  quantized("one token, two of 8, bytes", 8, 32, [1, 2, 8], [1, 64, 20]),
  quantized("two tokens, own rows, half bytes", 4, 32, [2, 2, 5], [2, 64, 11]),
  quantized("one token, small groups, half bytes", 4, 8, [1, 3, 4], [1, 24, 6]),
  quantized("groups, bytes", 8, 16, [17, 2, 4], [1, 48, 20], { grouped: true }),
  quantized("groups, own rows, half bytes", 4, 32, [13, 3, 3], [3, 96, 133], { grouped: true }),
  quantized("groups, small groups, bytes", 8, 8, [9, 2, 3], [1, 24, 7], { grouped: true }),
  {
    ...quantized("decode, 6 of 64, half bytes", 4, 32, [1, 6, 64], [1, 512, 512]),
    bench: true,
  },
];

type OuterCase = Case<"left" | "right" | "ids" | "order" | "offsets", never, ExpertOuterParams>;

function outer(
  name: string,
  a: number,
  b: number,
  rows: readonly [left: number, right: number],
  at: Places,
  ids?: readonly number[],
): OuterCase {
  const [t, , e] = at;
  return {
    name,
    inputs: { left: [t, rows[0], a], right: [t, rows[1], b], ...places(at, ids) },
    params: { experts: e },
  };
}

export const outerCases: readonly OuterCase[] = [
  outer("one", 1, 1, [1, 1], [1, 1, 1]),
  outer("one token", 12, 20, [2, 1], [1, 2, 4]),
  outer("groups", 20, 36, [2, 1], [17, 2, 4]),
  outer("groups, odd sizes", 7, 13, [2, 2], [13, 2, 3]),
  outer("groups, above the tile", 65, 33, [1, 3], [90, 3, 2]),
  outer("groups, one of all tokens", 9, 8, [1, 1], [70, 1, 3], Array<number>(70).fill(1)),
  outer("groups, more experts than places", 8, 12, [2, 1], [3, 2, 40]),
  { ...outer("512 tokens, 6 of 64", 512, 512, [6, 1], [512, 6, 64]), bench: true },
];
