// Generation: prompts are read at once, then one token per sequence and step, chosen on the device. Text is generate-text.ts, whole results complete.ts.
import {
  type CompileProgress,
  ConfigError,
  requireArity,
  requireDevice,
  requireMethods,
  reshape,
} from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import { dimensions } from "../config/dimensions.ts";
import { functionRule, type OptionRules, checkRules, wholeNumber } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { State } from "../state/state.ts";
import { type ChosenToken, raiseFault, type RowChoice } from "./chooser.ts";
import { allowedOf, type Constraint } from "./constraint.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { checkBias, countsGenerated, SAMPLING_RULES, type SamplingOptions } from "./sampling.ts";
import { promptsToRead } from "./start.ts";
import { startQueue } from "./start-queue.ts";
import { TokenHistory } from "./token-history.ts";

/** Options of {@link generateIds} and {@link Mamba2LM.generateIds}. */
export interface GenerateOptions extends SamplingOptions {
  /** how many tokens at most; default 256 */
  readonly maxTokens?: number;
  /** the token that ends a sequence, or several of them; null for none; default the configuration's */
  readonly eosTokenId?: number | readonly number[] | null;
  /** Continue from this state, which stays as it is: after an empty prompt as if generation had never stopped. Its seed is the default. */
  readonly state?: State | undefined;
  /** On a GPU: how many steps it is handed beyond the token that is waited for. Each holds a state more; 0 waits for every token, as a constraint does. Default 2, and 16 once tokens come within 5 ms: with 8 or more, half of them, at most eight steps, are handed over at a time then, and read together. */
  readonly stepsAhead?: number;
  /** Called before each choice with the tokens generated in the row; says which may follow. A row of which none may ends. */
  readonly constraint?: Constraint;
  /** Hears how far the device has come with compiling what reading the prompts takes, and then a step: in parallel and without blocking, before each first runs. */
  readonly onCompile?: ((progress: CompileProgress) => void) | undefined;
  /** Stops before the next step: everything is freed, and the signal's reason is raised. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each token; true ends its row after it. */
  until?(id: number, row: number): boolean;
  /** Gets the state after the prompt and everything generated, and owns it. Rows that have ended before the others have gone on in it. */
  onState?(state: State): void;
}

/** What each of {@link GenerateOptions} must be. */
export const GENERATE_RULES: OptionRules<GenerateOptions> = {
  ...SAMPLING_RULES,
  maxTokens: wholeNumber,
  eosTokenId: [
    "a token, an array of tokens, or null for none",
    (value) => value === null || [value].flat().every((id) => typeof id === "number"),
  ],
  state: ["a State, of prefill, step, initialState, onState or State.deserialize", (value) => value instanceof State],
  stepsAhead: wholeNumber,
  constraint: functionRule,
  onCompile: functionRule,
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
  until: functionRule,
  onState: functionRule,
};

/** Why a row ended: an end token, a stop text or `until`; `maxTokens`; no token was allowed; the signal. */
export type FinishReason = "stop" | "length" | "constraint" | "abort";

/** One step of a batch. */
export interface DecodedStep {
  /** null of a row that had ended before */
  readonly tokens: readonly (ChosenToken | null)[];
  /** Why rows have ended; undefined of those that go on. */
  readonly ended: readonly (FinishReason | undefined)[];
}

/** What {@link decode} does beyond {@link GenerateOptions}. */
export interface DecodeExtras {
  /** rows per prompt, which share its reading; default 1 */
  readonly samples?: number;
  /** log-probabilities of so many of the likeliest tokens; −1: none at all, the default */
  readonly top?: number;
}

/**
 * Continues token sequences. The device chooses the tokens and feeds them to the next step, so that steps are handed over before their tokens are read, 8 bytes per row and step.
 *
 * With a `state` the random streams and the penalties go on where they were. Empty prompts, one per row, go on without a token between: `n` tokens, then `m` from the state
 * that `onState` got are the same as `n + m`. Without a state an empty prompt means the token that begins a text, where the configuration has one.
 *
 * @param prompts one or more rows, of any lengths
 * @returns after each step one id per row; null for a row that has ended. A row ends after its own end token; the last step is when all have.
 * @throws ConfigError for an option that is unknown or out of range, prompts that do not fit the state, and an empty prompt when the configuration has no such token; the reason of
 *   `signal` once that is aborted
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * let end: State | undefined;
 * for await (const [id] of generateIds(model, [[72, 105]], { maxTokens: 3, onState: (state) => void (end = state) })) console.log(id);
 * for await (const [id] of generateIds(model, [[]], { maxTokens: 3, state: end })) console.log(id); // the three after these
 */
export function generateIds(
  model: GeneratingModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions = {},
): AsyncGenerator<(number | null)[], void, void> {
  requireArity("generateIds", arguments, 3);
  return idsOf(model, plainCopy(prompts), plainCopy(options));
}

async function* idsOf(
  model: GeneratingModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): AsyncGenerator<(number | null)[], void, void> {
  requireGenerating("generateIds", model);
  checkRules("generate", options, GENERATE_RULES);
  for await (const { tokens } of decode(model, prompts, options)) {
    if (tokens.some((token) => token !== null)) yield tokens.map((token) => token?.id ?? null);
  }
}

/** The steps of {@link generateIds}, with log-probabilities and reasons. The options are checked already. */
export async function* decode(
  model: GeneratingModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
  { samples = 1, top = -1 }: DecodeExtras = {},
): AsyncGenerator<DecodedStep, void, void> {
  const {
    maxTokens = 256,
    eosTokenId,
    state: start,
    onState,
    until,
    constraint,
    signal,
    onCompile,
    ...sampling
  } = options;
  const endTokens = endTokensOf(model.config, eosTokenId);
  const choice = { vocabSize: model.config.vocabSize, ...sampling };
  checkChoice(model.config, choice, prompts);
  const read = promptsToRead(model, prompts, start);
  const before = start ? start.progress.history : TokenHistory.empty(prompts.length);
  const history = before?.append(read);
  checkHistory(choice, history);
  signal?.throwIfAborted();
  const drawn = start?.progress.drawn ?? 0;
  const seed = choice.seed ?? start?.progress.seed ?? 0;
  const rows = read.flatMap((_, p) =>
    Array.from({ length: samples }, (_sample, i): RowChoice => ({
      options: choice,
      seed: typeof seed === "number" ? seed : seed[p]!,
      stream: typeof seed === "number" ? p * samples + i : i,
      drawn,
      history: history?.rows[p],
    })),
  );
  const last = read[0]!.length === 0 ? history?.rows.map(({ recent }) => recent.at(-1)) : undefined;
  const ended = rows.map((_, r): FinishReason | undefined =>
    endTokens.includes(last?.[r] ?? -1) ? "stop" : undefined,
  );
  const generated = rows.map((): number[] => []);
  await model.loadSteps?.();
  const queue = await startQueue(model, read, rows, {
    start,
    samples,
    top,
    endTokens,
    last,
    constrained: constraint !== undefined,
    vocabSize: choice.vocabSize,
    stepsAhead: options.stepsAhead,
    compiling: { ...(signal && { signal }), ...(onCompile && { onProgress: onCompile }) },
  });
  try {
    let steps = 0;
    while (steps < maxTokens && ended.includes(undefined)) {
      signal?.throwIfAborted();
      const allowed =
        constraint &&
        rows.map((_, r) => (ended[r] ? undefined : allowedOf(constraint(generated[r]!, r), choice.vocabSize)));
      for (const [r, tokens] of (allowed ?? []).entries()) {
        if (tokens?.length !== 0) continue;
        ended[r] = "constraint";
        allowed![r] = undefined;
      }
      const going = ended.map((reason) => reason === undefined);
      const found = going.includes(true) ? await queue.found(allowed) : [];
      const tokens = rows.map((_, r) => (going[r] ? found[r]! : null));
      for (const [r, token] of tokens.entries()) {
        if (!token) continue;
        if (token.fault !== -1) await raiseFault(queue.settle().logits, r, token.fault);
        generated[r]!.push(token.id);
        const stops = until?.(token.id, r) === true;
        if (stops || endTokens.includes(token.id)) ended[r] = "stop";
      }
      if (found.length > 0) steps++;
      if (steps === maxTokens) for (const r of ended.keys()) ended[r] ??= "length";
      yield { tokens, ended: [...ended] };
      const done = !ended.includes(undefined);
      if (found.length > 0 && (!done || onState)) queue.advance();
      if (!done) queue.fill(maxTokens - steps - (onState ? 0 : 1));
    }
    if (!onState) return;
    const { logits, state } = queue.settle();
    onState(
      state.clone({
        logits: reshape(logits, [rows.length, logits.shape.at(-1)!]),
        drawn: drawn + steps,
        ...(typeof seed === "number" && { seed }),
        history: history?.append(generated, true),
      }),
    );
  } finally {
    await queue.dispose();
  }
}

/** Raises about a choice that this model, or so many prompts, cannot be asked for. */
function checkChoice(
  config: Mamba2Config,
  { vocabSize, seed, logitBias }: SamplingOptions & { readonly vocabSize: number },
  prompts: readonly unknown[],
): void {
  requireVocabulary("generate", config, vocabSize);
  checkBias(logitBias, vocabSize);
  if (Array.isArray(seed) && seed.length !== prompts.length)
    throw new ConfigError(
      `generate: seed must be one number, or one per prompt, ${prompts.length}; got ${seed.length} of them.`,
      { field: "seed", expected: prompts.length, got: seed.length },
    );
}

/** Raises for more tokens than the model has. */
export function requireVocabulary(op: string, config: Mamba2Config, vocabSize: number): void {
  const { paddedVocabSize } = dimensions(config);
  if (vocabSize > paddedVocabSize)
    throw ConfigError.must(op, "vocabSize", `be at most ${paddedVocabSize}, the tokens of the model`, vocabSize);
}

/** Raises where penalties count tokens that the state does not know. */
function checkHistory(choice: SamplingOptions, history: TokenHistory | undefined): void {
  const { repetitionPenalty = 1, presencePenalty, frequencyPenalty } = choice;
  if (repetitionPenalty !== 1 && !history)
    throw new ConfigError(
      "generate: repetitionPenalty must come with a state that knows the tokens it has read; this one does not: they were given as a tensor, or an earlier version saved it.",
      { field: "repetitionPenalty", got: repetitionPenalty },
    );
  if (countsGenerated(choice) && !history?.rows.every(({ generated }) => generated))
    throw new ConfigError(
      "generate: presencePenalty and frequencyPenalty must come with a state that knows which tokens were generated; this one does not: tokens were given as a tensor, or an earlier version saved it.",
      { field: "presencePenalty", got: { presencePenalty, frequencyPenalty } },
    );
}

/** Raises unless `model` has what generation needs of one. */
export function requireGenerating(op: string, model: GeneratingModel): void {
  requireMethods(op, "model", model, "a model", ["prefill", "stepLayers"]);
  requireConfig(op, model.config);
  requireDevice(op, model.device);
}

/** The tokens that end a row: those asked for, which must be tokens of the model, else the configuration's. */
export function endTokensOf(config: Mamba2Config, asked: GenerateOptions["eosTokenId"]): readonly number[] {
  const ends = [(asked === undefined ? config.eosTokenId : asked) ?? []].flat() as readonly number[];
  if (asked === undefined) return ends;
  const { paddedVocabSize } = dimensions(config);
  for (const id of ends) {
    if (!Number.isInteger(id) || id < 0 || id >= paddedVocabSize)
      throw ConfigError.must("generate", "eosTokenId", `be tokens of the model, below ${paddedVocabSize}`, id);
  }
  return ends;
}
