// The next token of each row of logits, chosen where the logits are: penalties, bias, mask, temperature, filters and draw in one op.
import type { SampleTokensSpec } from "@x/base";
import { sampleSettings, sampleTokens as kernels } from "@x/kernels-wgsl";
import {
  apply,
  checkOptions,
  ConfigError,
  definePrimitive,
  type HostTensor,
  type Inputs,
  opScope,
  type Primitive,
  requireArity,
  requireDType,
  requireOptions,
  ShapeError,
  sizeOf,
  type Spec,
  type Tensor,
} from "@x/tensor/core";
import { checkSpec } from "../norm-checks.ts";
import { cases } from "./cases.ts";
import { choose, logProbsOf, type SampleRow, type SampleTokensParams } from "./choose.ts";

export type { SampleTokensParams } from "./choose.ts";

type Required = "logits" | "settings" | "draws";
type Optional = "counts" | "bias" | "allowed";

/** Words of a row of the report: token, fault, and with log-probabilities that of the token, then the likeliest tokens and theirs. */
function reportWidth(top: number): number {
  return top < 0 ? 2 : 3 + 2 * top;
}

function specOf(x: Inputs<Required, Optional, Spec>, p: SampleTokensParams): SampleTokensSpec {
  const [rows, pitch] = x.logits.shape as [number, number];
  return {
    rows,
    cols: p.vocabSize,
    pitch,
    top: p.top,
    width: reportWidth(p.top),
    counts: x.counts !== undefined,
    bias: x.bias !== undefined,
    allowed: x.allowed !== undefined,
    probabilities: p.probabilities,
  };
}

/** Row `r` of every input. */
function rowOf(x: Inputs<Required, Optional, HostTensor>, r: number, size: number): SampleRow {
  const pitch = x.logits.shape[1]!;
  const words = Math.ceil(size / 32);
  const part = <A>(of: HostTensor | undefined, width: number, length: number): A =>
    of?.data.subarray(r * width, r * width + length) as A;
  return {
    logits: part(x.logits, pitch, size),
    settings: part(x.settings, sampleSettings.length, sampleSettings.length),
    draws: part(x.draws, 4, 4),
    counts: part(x.counts, pitch, size),
    bias: part(x.bias, pitch, size),
    allowed: part(x.allowed, words, words),
  };
}

const numbers = new Float32Array(1);
const bitsOf = (value: number): number => {
  numbers[0] = value;
  return new Int32Array(numbers.buffer)[0]!;
};

/**
 * logits [b, v], settings [b, 8] and bias [b, v] f32, draws [b, 4] and allowed [b, ⌈vocabSize / 32⌉] u32, counts [b, v] i32 →
 * ids [b] and report [b, width] i32, probabilities [b, vocabSize] f32. `draws` and `counts` are written in place.
 */
export const sampleTokensPrimitive: Primitive<
  Required,
  Optional,
  "ids" | "report" | "probabilities",
  SampleTokensParams
> = definePrimitive({
  name: "sample_tokens",
  inputs: ["logits", "settings", "draws"],
  optional: ["counts", "bias", "allowed"],
  outputs: ["ids", "report", "probabilities"],
  mutates: ["draws", "counts"],
  infer({ logits, settings, draws, counts, bias, allowed }, { vocabSize, top, probabilities }: SampleTokensParams) {
    const op = "sampleTokens";
    requireDType(op, "logits", logits.dtype, ["f32"]);
    const [b, v] = logits.shape as [number, number];
    if (logits.shape.length !== 2 || sizeOf(logits.shape) === 0)
      throw ShapeError.must(op, "logits", "have shape [b, v], both of at least 1", logits.shape);
    if (!Number.isInteger(vocabSize) || vocabSize < 1 || vocabSize > v || vocabSize > 2 ** 24)
      throw new ShapeError(
        `${op}: vocabSize must be a whole number from 1 to the logits of a row, ${v}, and 2^24; got ${vocabSize}.`,
        { op, expected: v, got: vocabSize },
      );
    if (!Number.isInteger(top) || top < -1 || top > vocabSize)
      throw ShapeError.must(op, "top", `be a whole number up to vocabSize, ${vocabSize}`, top, vocabSize);
    checkSpec(op, "settings", settings, [b, sampleSettings.length], "f32");
    checkSpec(op, "draws", draws, [b, 4], "u32");
    if (counts) checkSpec(op, "counts", counts, logits.shape, "i32");
    if (bias) checkSpec(op, "bias", bias, logits.shape, "f32");
    if (allowed) checkSpec(op, "allowed", allowed, [b, Math.ceil(vocabSize / 32)], "u32");
    return {
      ids: { shape: [b], dtype: "i32" },
      report: { shape: [b, reportWidth(top)], dtype: "i32" },
      ...(probabilities && { probabilities: { shape: [b, vocabSize], dtype: "f32" } }),
    };
  },
  cpu(x, y, { vocabSize, top, probabilities }) {
    const [b, v] = x.logits.shape as [number, number];
    const width = reportWidth(top);
    for (let r = 0; r < b; r++) {
      const row = rowOf(x, r, vocabSize);
      const { token, fault, weights } = choose(row, probabilities);
      const report = [token, fault];
      if (top >= 0) {
        const { own, tokens, logProbs } = logProbsOf(row.logits, token, top);
        report.push(bitsOf(own), ...tokens, ...logProbs.map(bitsOf));
      }
      y.ids.data[r] = token;
      y.report.data.set(report, r * width);
      if (probabilities) {
        const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? 1;
        for (let i = 0; i < vocabSize; i++) y.probabilities.data[r * vocabSize + i] = (weights?.[i] ?? 0) / total;
      }
      const draws = x.draws.data;
      draws[4 * r + 2] = (draws[4 * r + 2]! + 1) >>> 0;
      if (draws[4 * r + 2] === 0) draws[4 * r + 3] = (draws[4 * r + 3]! + 1) >>> 0;
      if (x.counts) x.counts.data[r * v + token]! += 2;
    }
  },
  webgpu: (x, p, caps) => kernels.program(specOf(x, p), caps),
  cases,
  cost: ({ logits }) => ({ flops: 40 * sizeOf(logits.shape), bytes: 12 * sizeOf(logits.shape) }),
});

/** The tensors of a choice, on one device. */
export interface SampleTokensInputs {
  /** f32 [b, v] */
  readonly logits: Tensor;
  /** f32 [b, 8], a row's settings by {@link sampleSettings} */
  readonly settings: Tensor;
  /** u32 [b, 4]: the two words of a key, then how many were drawn, low word first; moves on by one */
  readonly draws: Tensor;
  /** i32 [b, v]: twice how often the token was generated, plus 1 if the prompt had it; the chosen token's grows by 2 */
  readonly counts?: Tensor | undefined;
  /** f32 [b, v], added to the scores; −∞ forbids a token */
  readonly bias?: Tensor | undefined;
  /** u32 [b, ⌈vocabSize / 32⌉]: bit i mod 32 of word ⌊i / 32⌋ says whether token i may be chosen */
  readonly allowed?: Tensor | undefined;
}

/** Options of {@link sampleTokens}. */
export interface SampleTokensOptions {
  /** tokens that can be chosen; default all logits of a row */
  readonly vocabSize?: number;
  /** report log-probabilities: that of the token, and of so many of the likeliest; default: none at all */
  readonly top?: number;
  /** also give the probabilities that the tokens were drawn from; default false */
  readonly probabilities?: boolean;
}

/**
 * Chooses the next token of each row: score = logit, repetition penalty (a seen token's score is divided by it above 0, multiplied below), frequency · count +
 * presence subtracted of what was generated, bias, `allowed`, temperature (0: the best token), top-k, top-p, min-p, typical-p, draw. Of equal scores the
 * lower token comes first.
 *
 * @returns ids i32 [b]; report i32 [b, 2] or, with `top`, [b, 3 + 2·top]: token, fault (−1: none, −2: nothing can be chosen, else the first token whose logit
 *   is NaN or +∞), then as bits of f32 the token's log-probability, the likeliest tokens, and theirs (before penalties, temperature and filters);
 *   probabilities f32 [b, vocabSize] if asked for
 * @throws ShapeError, DTypeError when the tensors do not fit
 * @example
 * const logits = tensor([[0.5, 2, -1]]);
 * const settings = tensor([[0.8, 0, 1, 0, 1, 1, 0, 0]]);        // temperature 0.8, no filter, no penalty
 * const draws = tensor(new Uint32Array([1, 0, 0, 0]), { shape: [1, 4] });   // key 1, nothing drawn yet
 * console.log(await sampleTokens({ logits, settings, draws }).ids.toArray());
 */
export function sampleTokens(
  inputs: SampleTokensInputs,
  options: SampleTokensOptions = {},
): { readonly ids: Tensor; readonly report: Tensor; readonly probabilities?: Tensor } {
  requireArity("sampleTokens", arguments, 2);
  requireOptions("sampleTokens", inputs, "inputs");
  checkOptions("sampleTokens", inputs, {
    logits: true,
    settings: true,
    draws: true,
    counts: true,
    bias: true,
    allowed: true,
  });
  checkOptions<SampleTokensOptions>("sampleTokens", options, { vocabSize: true, top: true, probabilities: "boolean" });
  const { logits, settings, draws, ...more } = inputs;
  const { vocabSize, top = -1, probabilities = false } = options;
  if (typeof probabilities !== "boolean")
    throw new ConfigError(`sampleTokens: probabilities must be true or false; got ${String(probabilities)}.`, {
      field: "probabilities",
      got: probabilities,
    });
  return opScope(
    "sampleTokens",
    { logits, settings, draws },
    () =>
      apply(sampleTokensPrimitive, inputs, {
        vocabSize: vocabSize ?? logits.shape.at(-1) ?? 0,
        top,
        probabilities,
      }),
    more,
  );
}
