// Whole results: prompts of any lengths in one batch, several samples of each, log-probabilities, reasons and counts.
import type { Tokenizer } from "@x/nn/core";
import { ConfigError, requireArity } from "@x/tensor/core";
import { checkRules, type OptionRules, positiveWhole, wholeNumber } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import type { ChosenLogProb } from "./chooser.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { beginning, followed, type GenerateTextOptions, TEXT_RULES } from "./generate-text.ts";
import { decode, endTokensOf, type FinishReason, requireGenerating } from "./generate.ts";
import { StopTexts } from "./stop-texts.ts";

/** Options of {@link complete}. */
export interface CompleteOptions extends Omit<GenerateTextOptions, "until" | "onState"> {
  /** samples of each prompt, which is read once; default 1 */
  readonly n?: number;
  /** Report the log-probability of each token, and of so many of the likeliest; by the model's own distribution, before penalties, temperature and filters. Default: none. */
  readonly logprobs?: number;
}

const { until: _until, onState: _onState, ...textRules } = TEXT_RULES;

/** What each of {@link CompleteOptions} must be. */
export const COMPLETE_RULES: OptionRules<CompleteOptions> = {
  ...textRules,
  n: ["a whole number from 1 to 65536", (n) => positiveWhole[1](n) && (n as number) <= 65536],
  logprobs: wholeNumber,
};

/** One continuation of a prompt. */
export interface Completion {
  /** without end tokens and stop texts */
  readonly text: string;
  /** every token that was generated, an end token included */
  readonly ids: readonly number[];
  readonly finishReason: FinishReason;
  /** of each token, if asked for */
  readonly logprobs?: readonly ChosenLogProb[];
}

/** What {@link complete} returns. */
export interface CompletionResult {
  /** of each prompt its samples */
  readonly completions: readonly (readonly Completion[])[];
  readonly usage: {
    /** each prompt counts once */
    readonly promptTokens: number;
    readonly completionTokens: number;
  };
}

/** A prompt: a text, or its tokens. */
export type Prompt = string | readonly number[];

/** The output of one row so far. */
interface Row {
  readonly stream: ReturnType<Tokenizer["stream"]>;
  readonly stop: StopTexts;
  readonly ids: number[];
  readonly logprobs: ChosenLogProb[];
  text: string;
}

/**
 * Continues prompts and returns the whole results. Prompts may differ in length and are one batch; samples of a prompt share its reading, and draw from streams of their own.
 * Once `signal` is aborted what there is is returned, with the reason "abort".
 *
 * @throws ConfigError for an option that is unknown or out of range, an empty prompt without a token that begins a text, or a model that needs a tokenizer and got none
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const { completions, usage } = await complete(model, ["once ", "upon a"], { n: 2, maxTokens: 4, logprobs: 1 });
 * console.log(completions[1]![0]!.text, completions[1]![0]!.finishReason, usage.completionTokens); // 16 tokens
 */
export async function complete(
  model: GeneratingModel,
  given: readonly Prompt[],
  settings: CompleteOptions = {},
): Promise<CompletionResult> {
  requireArity("complete", arguments, 3);
  const [prompts, options] = [plainCopy(given), plainCopy(settings)];
  requireGenerating("complete", model);
  checkRules("complete", options, COMPLETE_RULES);
  const { n = 1, logprobs, tokenizer: asked, stop: stopTexts = [], specialTokens, ...generating } = options;
  const tokenizer = tokenizerFor(model.config, asked);
  const goesOn = options.state !== undefined && !options.state.isInitial;
  const begins = specialTokens ?? !goesOn;
  if (!Array.isArray(prompts) || prompts.length === 0)
    throw ConfigError.must("complete", "prompts", "be an array of texts or token ids", prompts);
  const recentOf = (p: number): readonly number[] => options.state?.progress.history?.rows[p]?.recent ?? [];
  const ids = prompts.map((prompt: Prompt, p) => {
    if (typeof prompt !== "string") return prompt;
    const place = { specialTokens: begins, ...followed(goesOn && !begins, recentOf(p)) };
    const encoded = [...tokenizer.encode(prompt, place)];
    return encoded.length > 0 || goesOn ? encoded : [beginning(model, tokenizer, begins)];
  });
  const vocabSize = Math.min(model.config.vocabSize, tokenizer.vocabSize);
  const endTokens = endTokensOf(model.config, options.eosTokenId);
  const rows = ids.flatMap((prompt, p) =>
    Array.from({ length: n }, (): Row => {
      return {
        stream: tokenizer.stream([...recentOf(p), ...prompt]),
        stop: new StopTexts(stopTexts),
        ids: [],
        logprobs: [],
        text: "",
      };
    }),
  );
  let reasons: readonly (FinishReason | undefined)[] = rows.map(() => (options.maxTokens === 0 ? "length" : undefined));
  const steps = decode(
    model,
    ids,
    {
      vocabSize,
      ...generating,
      until(id, r) {
        const row = rows[r]!;
        row.ids.push(id);
        if (!endTokens.includes(id)) row.text += row.stop.push(row.stream.push(id));
        return row.stop.found;
      },
    },
    { samples: n, top: logprobs ?? -1 },
  );
  try {
    for await (const { tokens, ended } of steps) {
      reasons = ended;
      for (const [r, token] of tokens.entries()) if (token?.logProb) rows[r]!.logprobs.push(token.logProb);
    }
  } catch (error) {
    if (!options.signal?.aborted || error !== options.signal.reason) throw error;
  }
  const completions = rows.map((row, r): Completion => {
    const rest = row.stop.push(row.stream.end()) + row.stop.end();
    const finishReason = reasons[r] ?? (options.signal?.aborted ? "abort" : "stop");
    return {
      text: row.text + rest,
      ids: row.ids,
      finishReason: row.stop.found ? "stop" : finishReason,
      ...(logprobs !== undefined && { logprobs: row.logprobs }),
    };
  });
  return {
    completions: ids.map((_, p) => completions.slice(p * n, (p + 1) * n)),
    usage: {
      promptTokens: ids.reduce((sum, { length }) => sum + length, 0),
      completionTokens: rows.reduce((sum, row) => sum + row.ids.length, 0),
    },
  };
}
