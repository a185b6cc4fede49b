// What exports take in the place of an example's tensor besides that tensor's own rank, sizes and dtype. Whatever is neither here nor in an example must be refused in the export's own
// sentence: `wrong-tensors.test.ts` tries it.
import type { DType } from "@x/tensor";
import { elementwiseRow } from "./elementwise-row.ts";

/** Another shape: the scalar, one axis more in front, the first axis less, every size larger by one. */
export type OtherShape = "scalar" | "more" | "less" | "sizes";

/** What may replace one tensor. */
export interface AcceptedInputs {
  readonly shapes?: readonly OtherShape[];
  readonly dtypes?: readonly DType[];
  /** also on another device than the other tensors */
  readonly anyDevice?: true;
}

const anyShape: readonly OtherShape[] = ["scalar", "more", "less", "sizes"];
const anyDtype: readonly DType[] = ["f32", "f64", "i32", "u32", "bool", "f16", "bf16"];
const floats: readonly DType[] = ["f32", "f64"];
const storedFloats: readonly DType[] = [...floats, "f16", "bf16"];
const signed: readonly DType[] = [...floats, "i32"];
const numbers: readonly DType[] = [...signed, "u32"];
const indices: readonly DType[] = ["i32", "u32"];
/** A tree of tensors, whose devices do not matter. */
const anything: AcceptedInputs = { shapes: anyShape, dtypes: anyDtype, anyDevice: true };

/** Ops that compare and combine elements broadcast; their dtypes must agree, so no other one fits an example. */
const left: AcceptedInputs = { shapes: ["scalar", "more", "less"] };
const right: AcceptedInputs = { shapes: ["scalar", "less"] };
/** Ops along axis 1, or over the last axis. */
const along: AcceptedInputs = { shapes: ["more", "sizes"] };
const rows: AcceptedInputs = { shapes: ["more", "less"] };
const halfWeights: readonly DType[] = ["f16", "bf16"];

const rowsOfTable: readonly (readonly [names: string, taken: Readonly<Record<string, AcceptedInputs>>])[] = [
  ["clamp geluErf geluTanh", { "0": { shapes: anyShape, dtypes: floats } }],
  ["where", { "0": left, "1": right, "2": left }],
  ["max min sum argmax argmin cumsum", { "0": { ...along, dtypes: numbers } }],
  ["mean variance logsumexp", { "0": { ...along, dtypes: floats } }],
  ["softmax logSoftmax", { "0": { shapes: ["more", "less", "sizes"], dtypes: floats } }],
  ["segsumExp", { "0": { shapes: ["more", "less", "sizes"], dtypes: floats } }],
  ["sumTo", { "0": { shapes: ["more", "less"], dtypes: numbers } }],
  ["broadcastTo", { "0": { shapes: ["scalar", "more", "less"], dtypes: anyDtype } }],
  [
    "cast contiguous toDevice zerosLike onesLike keep Tape onceDifferentiable",
    { "0": { shapes: anyShape, dtypes: anyDtype } },
  ],
  ["flip narrow slice transpose", { "0": { ...along, dtypes: anyDtype } }],
  ["repeatInterleave", { "0": { shapes: ["more", "less", "sizes"], dtypes: anyDtype } }],
  ["unsqueeze", { "0": { shapes: ["more", "less", "sizes"], dtypes: anyDtype } }],
  ["permute", { "0": { shapes: ["sizes"], dtypes: anyDtype } }],
  ["reshape", { "0": { shapes: ["more", "less"], dtypes: anyDtype } }],
  ["split squeeze", { "0": { dtypes: anyDtype } }],
  ["pad", { "0": { ...along, dtypes: [...storedFloats, "bool"] } }],
  ["indexSelect", { "0": { shapes: ["sizes"], dtypes: anyDtype }, "2": { shapes: ["sizes"], dtypes: indices } }],
  ["gather", { "0": { shapes: ["sizes"], dtypes: anyDtype }, "2": { dtypes: indices } }],
  ["indexAdd scatterAdd", { "0": { dtypes: numbers }, "2": { dtypes: indices } }],
  ["embedding", { "0": { shapes: ["sizes"], dtypes: anyDtype }, "1": { shapes: anyShape, dtypes: indices } }],
  ["matmul", { "0": { ...rows, dtypes: halfWeights }, "1": { ...rows, dtypes: halfWeights } }],
  ["linear", { "0": { ...rows, dtypes: halfWeights }, "1": { dtypes: halfWeights } }],
  ["quantizedLinear", { "0": rows }],
  ["requireQuantized", { "1.scales": { dtypes: floats } }],
  ["dequantize", { "0.scales": { dtypes: floats } }],
  ["QuantizedParameter", { "1.scales": { dtypes: floats } }],
  ["einsum", { "1": { dtypes: halfWeights }, "2": { dtypes: halfWeights }, "3": { dtypes: halfWeights } }],
  ["mapTree", { "0": { shapes: anyShape, dtypes: signed } }],
  ["leaves tidy noGrad", { "0": anything, "1": anything }],
  ["joinAdjacent moveIntoArena zerosInArena requireTensorList", { "0": anything, "2": anything }],
  ["requireTensors opScope indexedNames", { "1": anything }],
  ["requireFloats", { "1": { shapes: anyShape, dtypes: floats } }],
  ["gradientsOf vjp", { "1": { shapes: anyShape, dtypes: storedFloats, anyDevice: true } }],
  ["checkpoint", { "1": anything }],
  // the caller gives the function whose dtypes these are
  ["apply", { "0": { shapes: anyShape, dtypes: numbers } }],
  ["grad valueAndGrad", { "1": { shapes: anyShape, dtypes: numbers } }],
  ["capture precompile", { "1": { shapes: anyShape, dtypes: floats } }],

  ["rmsNorm layerNorm", { "0": rows }],
  ["mseLoss", { "0": left, "1": left }],
  ["crossEntropy", { "0": { dtypes: floats } }],
  ["globalNorm", { "0": { shapes: anyShape } }],
  ["clipCoefficient", { "0": { dtypes: floats } }],
  ["Parameter", { "1": { dtypes: storedFloats } }],
];

const taken = new Map(
  rowsOfTable.flatMap(([names, places]) => names.split(" ").map((name) => [name, places] as const)),
);

/** What an elementwise function takes follows from its primitive: any shape, and where there are two operands, one that broadcasts. */
function ofElementwise(name: string): Readonly<Record<string, AcceptedInputs>> | undefined {
  const row = elementwiseRow(name);
  if (row?.arity === 1) return { "0": { shapes: anyShape, dtypes: row.types ?? floats } };
  return row?.arity === 2 ? { "0": left, "1": right } : undefined;
}

/** What an export takes at a place: the index of the argument, and the keys inside of it joined by ".". A place includes those inside of it. */
export function acceptedBy(name: string, place: string): AcceptedInputs {
  const places = taken.get(name) ?? ofElementwise(name) ?? {};
  return places[place] ?? places[place.split(".")[0]!] ?? {};
}

/** Whether the table says what an export takes; of one that it lacks only the sentences of what it refuses are judged. */
export function isKnown(name: string): boolean {
  return taken.has(name) || ofElementwise(name) !== undefined;
}

/** Exports of the table above that are exported no more. */
export function unusedEntries(exported: ReadonlySet<string>): string[] {
  return [...taken.keys()].filter((name) => !exported.has(name));
}

/** Functions that call what the caller gave them, or raise in a name that the caller gave: what they raise about a tensor begins with that name. */
export const speakForOthers: Readonly<Record<string, string>> = {
  apply: "(mul|twice)",
  capture: "(capture|silu)",
  grad: "(grad|square)",
  mapTree: "neg",
  noGrad: "neg",
  opScope: "twice",
  precompile: "(precompile|silu)",
  requireFloats: "geluErf",
  requireTensorList: "concat",
  requireTensors: "sum",
  requireQuantized: "dequantize",
  tidy: "neg",
  Sequential: "(Sequential|silu)",
  valueAndGrad: "(valueAndGrad|square)",
};
