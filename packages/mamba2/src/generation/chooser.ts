// The choice of tokens on the device: settings, random streams, counts and bias of the rows are kept there, and only the chosen tokens are read back.
import { sampleTokens } from "@x/nn/core";
import { type Device, eq, keyWords, reshape, ShapeError, type Tensor, tensor, tidy, where } from "@x/tensor/core";
import { biasEntries, countsTokens, type SamplingOptions, settingsRow } from "./sampling.ts";
import type { TokenCounts } from "./token-history.ts";

/** Sampling draws from streams of its own, apart from those of weights and data under the same seed. */
const STREAM = 2 * 2 ** 40;

/** How a row draws. */
export interface RowChoice {
  readonly options: SamplingOptions;
  readonly seed: number;
  /** rows of one seed draw from different streams */
  readonly stream: number;
  /** tokens drawn before */
  readonly drawn: number;
  /** tokens read and generated before; needed where penalties count them */
  readonly history: TokenCounts | undefined;
}

/** What was chosen, on the device. */
export interface Chosen {
  /** [b] i32, to feed the next step with */
  readonly ids: Tensor;
  /** [b, width] i32 for the host; see {@link readChosen} */
  readonly report: Tensor;
}

/** The probability of a token, as its logarithm. */
export interface TokenLogProb {
  readonly id: number;
  readonly logProb: number;
}

/** A chosen token, by the model's own distribution: before penalties, bias, temperature and filters. */
export interface ChosenLogProb extends TokenLogProb {
  /** the likeliest tokens, as many as were asked for */
  readonly top: readonly TokenLogProb[];
}

/** What a row's report says. */
export interface ChosenToken {
  readonly id: number;
  /** −1: none; −2: no token can be chosen; else the first whose logit is NaN or +∞ */
  readonly fault: number;
  readonly logProb: ChosenLogProb | undefined;
}

/** What the choice reads and writes on the device. */
export type ChooserMemory = {
  readonly settings: Tensor;
  readonly draws: Tensor;
  readonly counts: Tensor | undefined;
  readonly bias: Tensor | undefined;
};

/** The tokens that can be chosen, and log-probabilities of how many likeliest are reported; −1: none at all. */
export interface ChoiceSizes {
  readonly vocabSize: number;
  readonly top: number;
}

/** The memory of rows before their next choice. @param width logits of a row, padding included */
export function chooserMemory(device: Device, rows: readonly RowChoice[], width: number): ChooserMemory {
  const b = rows.length;
  const settings = new Float32Array(rows.flatMap(({ options }) => [...settingsRow(options)]));
  return {
    settings: tensor(settings, { shape: [b, settings.length / b], device }),
    draws: tensor(Uint32Array.from(rows.flatMap(drawsRow)), { shape: [b, 4], device }),
    counts: rows.some(({ options }) => countsTokens(options))
      ? tensor(countsOf(rows, width), { shape: [b, width], device })
      : undefined,
    bias: rows.some(({ options }) => options.logitBias)
      ? tensor(biasOf(rows, width), { shape: [b, width], device })
      : undefined,
  };
}

export function freeMemory({ settings, draws, counts, bias }: ChooserMemory): void {
  for (const held of [settings, draws, counts, bias]) held?.dispose();
}

/** Chooses from logits [b, v] or [b, 1, v], and moves the streams and counts on. @param allowed u32 [b, ⌈vocabSize / 32⌉], a bit per token */
export function chooseTokens(
  logits: Tensor,
  { settings, draws, counts, bias }: ChooserMemory,
  { vocabSize, top }: ChoiceSizes,
  allowed?: Tensor,
): Chosen {
  return sampleTokens(
    {
      logits: reshape(logits, [logits.shape[0]!, logits.shape.at(-1)!]),
      settings,
      draws,
      ...(counts && { counts }),
      ...(bias && { bias }),
      ...(allowed && { allowed }),
    },
    { vocabSize, ...(top >= 0 && { top }) },
  );
}

/** Reads what was chosen: 8 bytes a row, and with log-probabilities 4 + 8·top more. */
export async function readChosen(report: Tensor, top: number): Promise<ChosenToken[]> {
  const words = (await report.data()) as Int32Array;
  const numbers = new Float32Array(words.slice().buffer);
  const [rows, width] = report.shape as [number, number];
  return Array.from({ length: rows }, (_, r) => {
    const at = r * width;
    const likeliest = Array.from({ length: Math.max(0, top) }, (_token, n) => ({
      id: words[at + 3 + n]!,
      logProb: numbers[at + 3 + top + n]!,
    }));
    const id = words[at]!;
    return {
      id,
      fault: words[at + 1]!,
      logProb: top < 0 ? undefined : { id, logProb: numbers[at + 2]!, top: likeliest },
    };
  });
}

/** Chooses the next token of each row of a batch. Its memory on the device changes with every choice. */
export class TokenChooser {
  readonly #device: Device;
  readonly #sizes: ChoiceSizes;
  readonly #endTokens: readonly number[];
  readonly #memory: ChooserMemory;

  /**
   * @param width logits of a row, padding included
   * @param endTokens a row that was fed one of these has ended, and is fed it again
   */
  constructor(
    device: Device,
    rows: readonly RowChoice[],
    { width, endTokens, ...sizes }: ChoiceSizes & { readonly width: number; readonly endTokens: readonly number[] },
  ) {
    this.#device = device;
    this.#sizes = sizes;
    this.#endTokens = endTokens;
    this.#memory = chooserMemory(device, rows, width);
  }

  /** See {@link chooseTokens}. @param fed the tokens that these logits follow, [b] i32, where they were generated */
  choose(logits: Tensor, fed?: Tensor, allowed?: Tensor): Chosen {
    return tidy(() => {
      const { ids, report } = chooseTokens(logits, this.#memory, this.#sizes, allowed);
      return {
        ids: fed ? this.#endTokens.reduce((next, end) => where(eq(fed, end), fed, next), ids) : ids,
        report,
      };
    });
  }

  /** Words of which each bit says whether a token is allowed; `rows` undefined: all are. */
  allowed(rows: readonly (Iterable<number> | undefined)[]): Tensor {
    const words = Math.ceil(this.#sizes.vocabSize / 32);
    const bits = new Uint32Array(rows.length * words);
    for (const [r, tokens] of rows.entries()) {
      if (!tokens) bits.fill(0xffffffff, r * words, (r + 1) * words);
      for (const token of tokens ?? []) bits[r * words + (token >> 5)]! |= 1 << (token & 31);
    }
    return tensor(bits, { shape: [rows.length, words], device: this.#device });
  }

  read({ report }: Chosen): Promise<ChosenToken[]> {
    return readChosen(report, this.#sizes.top);
  }

  dispose(): void {
    freeMemory(this.#memory);
  }
}

/** What a row's fault means. @param got the logit, where it was read */
export function faultError(fault: number, got: number | string = "one"): ShapeError {
  if (fault === -2)
    return new ShapeError("sampling: at least one logit must be finite; all are −Infinity.", { op: "sampling" });
  return new ShapeError(`sampling: logits must be below Infinity and no NaN; got ${got} for token ${fault}.`, {
    op: "sampling",
    got,
  });
}

/** Raises about a row from which nothing can be chosen. */
export async function raiseFault(logits: Tensor, row: number, fault: number): Promise<never> {
  throw faultError(fault, fault < 0 ? undefined : (await logits.data())[row * logits.shape.at(-1)! + fault]);
}

function drawsRow({ seed, stream, drawn }: RowChoice): number[] {
  return [...keyWords({ seed, stream: STREAM + stream }), drawn >>> 0, Math.floor(drawn / 2 ** 32)];
}

/** Twice how often each token was generated, plus 1 if it was read otherwise. */
function countsOf(rows: readonly RowChoice[], width: number): Int32Array {
  const counts = new Int32Array(rows.length * width);
  for (const [r, { history }] of rows.entries()) {
    for (const [token, count] of history?.counts ?? [])
      counts[r * width + token] = count > (history?.generated?.get(token) ?? 0) ? 1 : 0;
    for (const [token, count] of history?.generated ?? []) counts[r * width + token]! += 2 * count;
  }
  return counts;
}

function biasOf(rows: readonly RowChoice[], width: number): Float32Array {
  const bias = new Float32Array(rows.length * width);
  for (const [r, { options }] of rows.entries())
    for (const [token, value] of biasEntries(options.logitBias ?? {})) bias[r * width + token] = value;
  return bias;
}
