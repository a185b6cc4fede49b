// Shapes and options on which the scan's primitives are tested: lengths around a chunk, groups, every optional input, sizes that are no multiple of four.
import type { SsdSizes } from "@x/base";
import type { Case, CaseInput } from "@x/tensor/core";
import type { SsdParams } from "./spec.ts";

type Required = "x" | "dt" | "A" | "B" | "C";
export type SsdOptional = "D" | "z" | "dtBias" | "initialState" | "seqIdx";
export type SsdCase = Case<Required, SsdOptional, SsdParams>;

interface Options extends Partial<SsdParams> {
  readonly D?: "head" | "channel";
  readonly z?: true;
  readonly dtBias?: true;
  readonly initialState?: true;
  /** lengths of the documents of each row; a negative number is padding */
  readonly documents?: readonly (readonly number[])[];
  readonly firstDocument?: number;
  readonly bench?: true;
}

/** Document ids of rows given as lengths. */
function documentIds(rows: readonly (readonly number[])[], first: number): number[] {
  return rows.flatMap((row) =>
    row.flatMap((length, i) => Array<number>(Math.abs(length)).fill(length < 0 ? -1 : first + i)),
  );
}

function ssdCase(name: string, { b, l, h, p, g, n }: SsdSizes, options: Options = {}): SsdCase {
  const {
    D,
    z,
    dtBias,
    initialState,
    documents,
    firstDocument = 0,
    bench,
    chunkSize = 16,
    dtSoftplus = true,
    dtLimit = [0, Infinity],
  } = options;
  const steps: CaseInput = { shape: [b, l, h], fill: dtSoftplus ? { normal: [-1, 1] } : { uniform: [0.01, 0.6] } };
  return {
    name,
    inputs: {
      x: [b, l, h, p],
      dt: steps,
      A: { shape: [h], fill: { uniform: [-2, -0.1] } },
      B: [b, l, g, n],
      C: [b, l, g, n],
      ...(D ? { D: D === "head" ? [h] : [h, p] } : {}),
      ...(z ? { z: [b, l, h, p] } : {}),
      ...(dtBias ? { dtBias: { shape: [h], fill: { normal: [-0.5, 0.5] } as const } } : {}),
      ...(initialState ? { initialState: [b, h, p, n] } : {}),
      ...(documents
        ? { seqIdx: { shape: [b, l], dtype: "i32" as const, fill: { values: documentIds(documents, firstDocument) } } }
        : {}),
    },
    params: { chunkSize, dtSoftplus, dtLimit },
    ...(bench ? { bench } : {}),
  };
}

/** Kernels take 32 or 64 tokens per chunk, the loops 64, the reference what the case says. */
export const ssdCases: readonly SsdCase[] = [
  ssdCase("one token", { b: 1, l: 1, h: 1, p: 1, g: 1, n: 1 }),
  ssdCase("one below a chunk", { b: 1, l: 31, h: 2, p: 4, g: 1, n: 8 }, { D: "head", dtBias: true }),
  ssdCase("a chunk, raw dt", { b: 1, l: 32, h: 2, p: 4, g: 1, n: 4 }, { dtSoftplus: false, initialState: true }),
  ssdCase("one above a chunk", { b: 2, l: 33, h: 2, p: 3, g: 2, n: 5 }, { D: "channel", z: true, dtBias: true }),
  ssdCase(
    "prime sizes",
    { b: 2, l: 37, h: 6, p: 5, g: 2, n: 7 },
    { D: "head", dtBias: true, initialState: true, chunkSize: 8 },
  ),
  ssdCase(
    "dt limited",
    { b: 1, l: 20, h: 3, p: 4, g: 1, n: 6 },
    { D: "head", dtBias: true, dtLimit: [0.1, 0.4], initialState: true },
  ),
  ssdCase(
    "documents",
    { b: 2, l: 70, h: 2, p: 4, g: 1, n: 8 },
    {
      D: "head",
      documents: [
        [10, 22, 1, 37],
        [32, 32, 6],
      ],
      initialState: true,
    },
  ),
  ssdCase(
    "documents that do not begin with 0, and padding",
    { b: 2, l: 20, h: 2, p: 4, g: 1, n: 4 },
    {
      documents: [
        [5, 15],
        [12, -8],
      ],
      firstDocument: 1,
      initialState: true,
      dtBias: true,
      z: true,
    },
  ),
  ssdCase("tiles", { b: 1, l: 65, h: 2, p: 33, g: 1, n: 34 }, { D: "channel" }),
  ssdCase(
    "sizes of eights",
    { b: 2, l: 45, h: 4, p: 8, g: 2, n: 16 },
    {
      D: "head",
      dtBias: true,
      initialState: true,
      z: true,
      documents: [
        [10, 35],
        [33, -12],
      ],
    },
  ),
  ssdCase(
    "130m",
    { b: 1, l: 2048, h: 24, p: 64, g: 1, n: 128 },
    { D: "head", dtBias: true, chunkSize: 256, bench: true },
  ),
];
