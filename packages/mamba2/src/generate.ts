// Generation: prompts are read at once, then one token per sequence and step. Choosing tokens is sampling.ts, and greedy.ts on the device.
import { byteTokenizer, type Tokenizer } from "@x/nn";
import { ConfigError, type Device, type Tensor } from "@x/tensor";
import type { Mamba2Config } from "./config.ts";
import { isGreedy } from "./greedy.ts";
import { Positions } from "./positions.ts";
import { sampler, type SamplingOptions } from "./sampling.ts";
import type { LayerState, State } from "./state.ts";
import { tokenizerFor } from "./tokenizer.ts";

export interface GenerateOptions extends SamplingOptions {
  /** how many tokens at most; default 256 */
  readonly maxTokens?: number;
  /** the token that ends a sequence, or several of them; null for none; default the configuration's */
  readonly eosTokenId?: number | readonly number[] | null;
  /** continue from this state; it stays as it is */
  readonly state?: State;
  /** Of greedy generation on a GPU: how many steps it is handed beyond the token that is waited for. Each holds a state more; 0 waits for every token. Default 2. */
  readonly stepsAhead?: number;
  /** Gets the state after the prompt and everything generated, and owns it. */
  onState?(state: State): void;
}

export interface GenerateTextOptions extends GenerateOptions {
  /** default: bytes, for models of 256 tokens */
  readonly tokenizer?: Tokenizer;
}

/** What generation needs of a model. */
export interface GeneratingModel {
  readonly config: Mamba2Config;
  readonly device: Device;
  prefill(ids: readonly (readonly number[])[], options: { readonly state?: State }): { readonly logits: Tensor; readonly state: State };
  stepLayers(ids: Tensor, layers: readonly LayerState[]): { readonly logits: Tensor; readonly layers: LayerState[] };
}

/** Steps that greedy generation on a GPU hands over beyond the token it waits for, unless told otherwise. */
const STEPS_AHEAD = 2;

/**
 * Continues token sequences of one length. Where the best token is always taken (temperature 0 or topK 1, without a repetition penalty) the device
 * finds it and feeds it to the next step, so that steps are handed over before their tokens are read, 8 bytes per row and step; otherwise every step reads
 * all logits and the host draws from them. The tokens are the same.
 *
 * @param prompts one or more rows, at least one token each
 * @returns after each step one id per row; null for a row that has ended. A row ends after its own end token; the last step is when all have.
 * @throws ConfigError for an option out of range or a prompt without tokens
 */
export async function* generateIds(
  model: GeneratingModel, prompts: readonly (readonly number[])[], options: GenerateOptions = {},
): AsyncGenerator<(number | null)[], void, void> {
  const { maxTokens = 256, eosTokenId = model.config.eosTokenId, state: start, onState, stepsAhead = STEPS_AHEAD, ...sampling } = options;
  requireCount("maxTokens", maxTokens);
  requireCount("stepsAhead", stepsAhead);
  const endTokens = endTokensOf(eosTokenId);
  const choice: SamplingOptions = { vocabSize: model.config.vocabSize, ...sampling };
  const sample = sampler(choice);
  const positions = new Positions(model, prompts, start, {
    greedyAmong: isGreedy(choice) ? choice.vocabSize : undefined, endTokens,
    ahead: model.device.kind === "webgpu" ? stepsAhead : 0, // the CPU computes at once: a step beyond the end would cost its time
  });
  const histories = prompts.map((prompt) => [...prompt]);
  const ended = prompts.map(() => false);
  try {
    for (let i = 0; i < maxTokens; i++) {
      const found = await positions.first.found;
      const rows = found ? [] : rowsOf(await positions.first.logits.data() as Float32Array, prompts.length);
      const ids = prompts.map((_, r) => (ended[r] ? null : (found?.[r] ?? sample(rows[r]!, { step: i, row: r, history: histories[r]! }))));
      for (const [r, id] of ids.entries()) {
        if (id === null) continue;
        histories[r]!.push(id);
        ended[r] = endTokens.includes(id);
      }
      yield ids;
      const last = i === maxTokens - 1 || ended.every(Boolean);
      if (!last || onState) positions.advance(ids, found !== undefined);
      if (last) break;
      positions.reach(maxTokens - i - (onState ? 1 : 2));
    }
    onState?.(positions.first.state.clone());
  } finally {
    await positions.dispose();
  }
}

/** Continues a text; yields its pieces as they come, whole characters only. The end token is not part of the text. */
export async function* generateText(model: GeneratingModel, prompt: string, options: GenerateTextOptions = {}): AsyncGenerator<string, void, void> {
  const { tokenizer: given, ...generating } = options;
  const tokenizer = tokenizerFor(model.config, given);
  const ids = [...tokenizer.encode(prompt)];
  if (ids.length === 0) throw new ConfigError("generate: the prompt must have at least one token; got an empty text.", { field: "prompt", got: prompt });
  const endTokens = endTokensOf(options.eosTokenId === undefined ? model.config.eosTokenId : options.eosTokenId);
  const stream = tokenizer.stream(ids);
  for await (const [id] of generateIds(model, [ids], { ...(tokenizer === byteTokenizer ? {} : { vocabSize: tokenizer.vocabSize }), ...generating })) {
    const text = endTokens.includes(id!) ? "" : stream.push(id!);
    if (text !== "") yield text;
  }
  const unfinished = stream.end();
  if (unfinished !== "") yield unfinished;
}

/** The tokens that end a row, as a list. */
function endTokensOf(eosTokenId: number | readonly number[] | null): readonly number[] {
  const ends = eosTokenId === null ? [] : typeof eosTokenId === "number" ? [eosTokenId] : eosTokenId;
  for (const id of ends) requireCount("eosTokenId", id);
  return ends;
}

/** The last position's logits of each row. */
function rowsOf(logits: Float32Array, rows: number): Float32Array[] {
  const size = logits.length / rows;
  return Array.from({ length: rows }, (_, i) => logits.subarray(i * size, (i + 1) * size));
}

function requireCount(field: string, got: number): void {
  if (!Number.isSafeInteger(got) || got < 0) throw new ConfigError(`generate: ${field} must be a whole number of at least 0; got ${got}.`, { field, got });
}
