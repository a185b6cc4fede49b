// Shapes, settings and filters on which sample_tokens is tested.
import type { Case } from "@x/tensor/core";
import type { SampleTokensParams } from "./choose.ts";

type SampleCase = Case<"logits" | "settings" | "draws", "counts" | "bias" | "allowed", SampleTokensParams>;

/** temperature, topK, topP, minP, typicalP, repetition, presence, frequency */
type Settings = readonly [number, number, number, number, number, number, number, number];

const neutral: Settings = [1, 0, 1, 0, 1, 1, 0, 0];

interface More extends Partial<Omit<SampleTokensParams, "vocabSize">> {
  readonly pitch?: number;
  readonly counts?: boolean;
  readonly bias?: boolean;
  readonly allowed?: boolean;
  readonly bench?: boolean;
}

export const cases: readonly SampleCase[] = [
  sampleCase("one token", 1, 1, [neutral], { probabilities: true }),
  sampleCase("33 tokens, greedy and drawn", 3, 33, [[0, 0, 1, 0, 1, 1, 0, 0], neutral, [1, 1, 1, 0, 1, 1, 0, 0]], {
    top: 3,
  }),
  sampleCase("64 of 80 tokens, every filter", 4, 64, [[0.8, 30, 0.9, 0.02, 0.95, 1, 0, 0]], {
    pitch: 80,
    probabilities: true,
  }),
  sampleCase("257 tokens, penalties, bias, mask", 2, 257, [[0.7, 0, 1, 0, 1, 1.3, 0.5, 0.2]], {
    counts: true,
    bias: true,
    allowed: true,
    top: 0,
    probabilities: true,
  }),
  sampleCase(
    "1500 tokens, one filter a row",
    4,
    1500,
    [
      [1.1, 40, 1, 0, 1, 1, 0, 0],
      [1.1, 0, 0.8, 0, 1, 1, 0, 0],
      [1.1, 0, 1, 0.1, 1, 1, 0, 0],
      [1.1, 0, 1, 0, 0.5, 1, 0, 0],
    ],
    { counts: true, probabilities: true },
  ),
  sampleCase("130m vocabulary", 1, 50288, [[0.8, 50, 0.95, 0, 1, 1, 0, 0]], { bench: true }),
  sampleCase("130m vocabulary, no filter", 8, 50288, [neutral], { bench: true }),
];

function sampleCase(
  name: string,
  rows: number,
  vocabSize: number,
  settings: readonly Settings[],
  { pitch = vocabSize, counts, bias, allowed, bench, top = -1, probabilities = false }: More = {},
): SampleCase {
  return {
    name,
    inputs: {
      logits: { shape: [rows, pitch], fill: { normal: [0, 2] } },
      settings: {
        shape: [rows, 8],
        fill: { values: Array.from({ length: rows }, (_, r) => settings[r % settings.length]!).flat() },
      },
      draws: {
        shape: [rows, 4],
        dtype: "u32",
        fill: { values: Array.from({ length: rows }, (_, r) => [r + 1, 7, r === 0 ? 4294967295 : r, 0]).flat() },
      },
      ...(counts && { counts: { shape: [rows, pitch], dtype: "i32", fill: { integers: [0, 5] } } }),
      ...(bias && { bias: [rows, pitch] }),
      ...(allowed && {
        allowed: {
          shape: [rows, Math.ceil(vocabSize / 32)],
          dtype: "u32",
          fill: { integers: [0, 4294967296] },
        },
      }),
    },
    params: { vocabSize, top, probabilities },
    noGradCheck: "chooses",
    ...(bench && { bench }),
  };
}
