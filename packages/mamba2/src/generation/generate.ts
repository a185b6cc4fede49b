// Generation: prompts are read at once, then one token per sequence and step. Choosing tokens is sampling.ts, and greedy.ts on the device; text is generate-text.ts.
import { describeValue } from "@x/base";
import { ConfigError, requireDevice, requireMethods, reshape } from "@x/tensor/core";
import { type Mamba2Config, requireConfig } from "../config/config.ts";
import { dimensions } from "../dimensions.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { isGreedy } from "./greedy.ts";
import { DecodeQueue } from "./decode-queue.ts";
import { checkRules, functionRule, type OptionRules, wholeNumber } from "../option-rules.ts";
import { countsGenerated, SAMPLING_RULES, sampler, type SamplingOptions } from "./sampling.ts";
import { State } from "../state.ts";
import { TokenHistory } from "./token-history.ts";

export interface GenerateOptions extends SamplingOptions {
  /** how many tokens at most; default 256 */
  readonly maxTokens?: number;
  /** the token that ends a sequence, or several of them; null for none; default the configuration's */
  readonly eosTokenId?: number | readonly number[] | null;
  /** Continue from this state, which stays as it is: after an empty prompt as if generation had never stopped. Its seed is the default. */
  readonly state?: State | undefined;
  /** Of greedy generation on a GPU: how many steps it is handed beyond the token that is waited for. Each holds a state more; 0 waits for every token. Default 2. */
  readonly stepsAhead?: number;
  /** Called with each token; true ends its row after it. */
  until?(id: number, row: number): boolean;
  /** Gets the state after the prompt and everything generated, and owns it. */
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
  until: functionRule,
  onState: functionRule,
};

/** Steps that greedy generation on a GPU hands over beyond the token it waits for, unless told otherwise. */
const STEPS_AHEAD = 2;

/**
 * Continues token sequences of one length. Where the best token is always taken (temperature 0 or topK 1, without penalties) the device
 * finds it and feeds it to the next step, so that steps are handed over before their tokens are read, 8 bytes per row and step; otherwise every step reads
 * all logits and the host draws from them. The tokens are the same.
 *
 * With a `state` the random streams and the penalties go on where they were. Empty prompts, one per row, go on without a token between: `n` tokens, then `m` from the state
 * that `onState` got are the same as `n + m`. Without a state an empty prompt means the token that begins a text, where the configuration has one.
 *
 * @param prompts one or more rows of one length
 * @returns after each step one id per row; null for a row that has ended. A row ends after its own end token; the last step is when all have.
 * @throws ConfigError for an option that is unknown or out of range, prompts that do not fit the state, and an empty prompt when the configuration has no such token
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * let end: State | undefined;
 * for await (const [id] of generateIds(model, [[72, 105]], { maxTokens: 3, onState: (state) => void (end = state) })) console.log(id);
 * for await (const [id] of generateIds(model, [[]], { maxTokens: 3, state: end })) console.log(id); // the three after these
 */
export async function* generateIds(
  model: GeneratingModel,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions = {},
): AsyncGenerator<(number | null)[], void, void> {
  requireGenerating("generateIds", model);
  checkRules("generate", options, GENERATE_RULES);
  const { maxTokens = 256, eosTokenId, state: start, onState, until, stepsAhead = STEPS_AHEAD, ...sampling } = options;
  const endTokens = endTokensOf(model.config, eosTokenId);
  const { drawn, seed } = start?.progress ?? { drawn: 0 };
  const choice: SamplingOptions = { vocabSize: model.config.vocabSize, ...sampling, seed: sampling.seed ?? seed ?? 0 };
  const { paddedVocabSize } = dimensions(model.config);
  if (choice.vocabSize! > paddedVocabSize) {
    throw new ConfigError(
      `generate: vocabSize must be at most ${paddedVocabSize}, the tokens of the model; got ${choice.vocabSize}.`,
      { field: "vocabSize", expected: paddedVocabSize, got: choice.vocabSize },
    );
  }
  const sample = sampler(choice);
  const read = promptsToRead(model, prompts, start);
  const before = start ? start.progress.history : TokenHistory.empty(prompts.length);
  const history = before?.append(read);
  const penalised = (choice.repetitionPenalty ?? 1) !== 1;
  if (penalised && !history) {
    throw new ConfigError(
      "generate: repetitionPenalty must come with a state that knows the tokens it has read; this one does not: they were given as a tensor, or an earlier version saved it.",
      {
        field: "repetitionPenalty",
        got: choice.repetitionPenalty,
      },
    );
  }
  const counts = penalised ? history!.rows.map((row) => new Map(row.counts)) : undefined;
  const chosen = countsGenerated(choice) ? chosenBefore(history, choice) : undefined;
  const goesOn = read[0]!.length === 0;
  const last = goesOn ? history?.rows.map(({ recent }) => recent.at(-1)) : undefined;
  const ended = read.map((_, r) => last?.[r] !== undefined && endTokens.includes(last[r]));
  const generated = read.map((): number[] => []);
  const queue = new DecodeQueue(model, read, start, {
    greedyAmong: isGreedy(choice) ? choice.vocabSize : undefined,
    endTokens,
    lastTokens: last,
    ahead: model.device.kind === "webgpu" ? stepsAhead : 0, // the CPU computes at once: a step beyond the end would cost its time
  });
  try {
    let steps = 0;
    while (steps < maxTokens && !ended.every(Boolean)) {
      const found = await queue.first.found;
      const rows = found ? [] : rowsOf((await queue.first.logits.data()) as Float32Array, read.length);
      const ids = read.map((_, r) =>
        ended[r]
          ? null
          : (found?.[r] ??
            sample(rows[r]!, {
              step: drawn + steps,
              row: r,
              ...(counts && { counts: counts[r]! }),
              ...(chosen && { generated: chosen[r]! }),
            })),
      );
      for (const [r, id] of ids.entries()) {
        if (id === null) continue;
        generated[r]!.push(id);
        for (const known of [counts, chosen]) known?.[r]!.set(id, (known[r]!.get(id) ?? 0) + 1);
        const stops = until?.(id, r) === true;
        ended[r] = stops || endTokens.includes(id);
      }
      steps++;
      yield ids;
      const done = steps === maxTokens || ended.every(Boolean);
      if (!done || onState) queue.advance(ids, found !== undefined);
      if (!done) queue.fill(maxTokens - steps - (onState ? 0 : 1));
    }
    if (!onState) return;
    const { layers } = queue.first.state.clone();
    const { logits } = queue.first;
    onState(
      new State(layers, {
        logits: reshape(logits, [read.length, logits.shape.at(-1)!]),
        drawn: drawn + steps,
        seed: choice.seed,
        history: history?.append(generated, true),
      }),
    );
  } finally {
    await queue.dispose();
  }
}

/** How often each row has generated each token, to be counted on. */
function chosenBefore(
  history: TokenHistory | undefined,
  { presencePenalty, frequencyPenalty }: SamplingOptions,
): Map<number, number>[] {
  return (history?.rows ?? [undefined]).map((row) => {
    if (row?.generated) return new Map(row.generated);
    throw new ConfigError(
      "generate: presencePenalty and frequencyPenalty must come with a state that knows which tokens were generated; this one does not: tokens were given as a tensor, or an earlier version saved it.",
      { field: "presencePenalty", got: { presencePenalty, frequencyPenalty } },
    );
  });
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
      throw new ConfigError(`generate: eosTokenId must be tokens of the model, below ${paddedVocabSize}; got ${id}.`, {
        field: "eosTokenId",
        got: id,
      });
  }
  return ends;
}

/** The prompts, checked; empty ones where generation continues from the state alone, else the token that begins a text in their place. */
function promptsToRead(
  { config }: GeneratingModel,
  prompts: readonly (readonly number[])[],
  state: State | undefined,
): readonly (readonly number[])[] {
  const wrong = Array.isArray(prompts) ? prompts.findIndex((row: unknown) => !Array.isArray(row)) : 0;
  if (wrong >= 0) {
    const got: unknown = Array.isArray(prompts) ? prompts[wrong] : prompts;
    throw new ConfigError(
      `generate: prompts must be rows of token ids, such as [[1, 2]]; got ${describeValue(got)}${Array.isArray(prompts) ? ` for row ${wrong}` : ""}.`,
      { field: "prompts", got },
    );
  }
  const empty = prompts.filter(({ length }) => length === 0).length;
  if (prompts.length === 0)
    throw new ConfigError("generate: prompts must have at least one row; got none.", { field: "prompts" });
  if (state && state.batch !== prompts.length) {
    throw new ConfigError(
      `generate: prompts must have as many rows as the state, ${state.batch}; got ${prompts.length}.`,
      { field: "prompts", expected: state.batch, got: prompts.length },
    );
  }
  if (empty === 0) return prompts;
  if (empty < prompts.length)
    throw new ConfigError(`generate: all prompts or none must be empty; got ${empty} of ${prompts.length}.`, {
      field: "prompts",
      got: empty,
    });
  if (state?.progress.logits) return prompts;
  if (state && !state.isInitial) {
    throw new ConfigError(
      "generate: an empty prompt must come with a state that knows what its next token is chosen from; this one does not, an earlier version saved it. Give a token as the prompt.",
      {
        field: "prompts",
      },
    );
  }
  if (config.bosTokenId === null) {
    throw new ConfigError(
      "generate: prompts must have at least one token, or come with a state to go on from or a model with a token that begins a text (bosTokenId); got empty ones and neither.",
      { field: "prompts" },
    );
  }
  return prompts.map(() => [config.bosTokenId!]);
}

/** The last position's logits of each row. */
function rowsOf(logits: Float32Array, rows: number): Float32Array[] {
  const size = logits.length / rows;
  return Array.from({ length: rows }, (_, i) => logits.subarray(i * size, (i + 1) * size));
}
