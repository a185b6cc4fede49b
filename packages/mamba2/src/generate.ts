// Generation: prompts are read at once, then one token per sequence and step. Choosing tokens is sampling.ts, and greedy.ts on the device.
import { byteTokenizer, type Tokenizer } from "@x/nn";
import { capture, ConfigError, type Device, type Tensor, tensor } from "@x/tensor";
import type { Mamba2Config } from "./config.ts";
import { bestTokens, isGreedy, readBest } from "./greedy.ts";
import { sampler, type SamplingOptions } from "./sampling.ts";
import { type LayerState, State } from "./state.ts";
import { tokenizerFor } from "./tokenizer.ts";

export interface GenerateOptions extends SamplingOptions {
  /** how many tokens at most; default 256 */
  readonly maxTokens?: number;
  /** the token that ends a sequence, null for none; default the configuration's */
  readonly eosTokenId?: number | null;
  /** continue from this state; it stays as it is */
  readonly state?: State;
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

/**
 * Continues token sequences of one length. Where the best token is always taken (temperature 0 or topK 1, without a repetition penalty) the device
 * finds it, and a step reads 8 bytes per row; otherwise every step reads all logits and the host draws from them. The tokens are the same.
 *
 * @param prompts one or more rows, at least one token each
 * @returns after each step one id per row; null for a row that has ended. A row ends after its own end token; the last step is when all have.
 * @throws ConfigError for an option out of range or a prompt without tokens
 */
export async function* generateIds(
  model: GeneratingModel, prompts: readonly (readonly number[])[], options: GenerateOptions = {},
): AsyncGenerator<(number | null)[], void, void> {
  const { maxTokens = 256, eosTokenId = model.config.eosTokenId, state: start, onState, ...sampling } = options;
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 0) {
    throw new ConfigError(`generate: maxTokens must be a whole number of at least 0; got ${maxTokens}.`, { field: "maxTokens", got: maxTokens });
  }
  const choice: SamplingOptions = { vocabSize: model.config.vocabSize, ...sampling };
  const sample = sampler(choice);
  const bestOf = (logits: Tensor): Tensor | undefined => (isGreedy(choice) ? bestTokens(logits, choice.vocabSize ?? logits.shape.at(-1)!) : undefined);
  const step = capture((ids: Tensor, layers: LayerState[]) => {
    const next = model.stepLayers(ids, layers);
    return { ...next, best: bestOf(next.logits) };
  });
  const histories = prompts.map((prompt) => [...prompt]);
  const ended = prompts.map(() => false);
  let { logits, state } = model.prefill(prompts, start ? { state: start } : {});
  let best = bestOf(logits);
  const advance = (ids: readonly (number | null)[]): void => {
    const input = tensor(Int32Array.from(ids, (id) => id ?? eosTokenId ?? 0), { device: model.device });
    const next = step(input, [...state.layers]);
    for (const old of [input, logits, best, state]) old?.dispose();
    ({ logits, best } = next);
    state = new State(next.layers);
  };
  try {
    for (let i = 0; i < maxTokens; i++) {
      const found = best && await readBest(best);
      const rows = found ? [] : rowsOf(await logits.data() as Float32Array, prompts.length);
      const ids = prompts.map((_, r) => (ended[r] ? null : (found?.[r] ?? sample(rows[r]!, { step: i, row: r, history: histories[r]! }))));
      for (const [r, id] of ids.entries()) {
        if (id === null) continue;
        histories[r]!.push(id);
        ended[r] = id === eosTokenId;
      }
      yield ids;
      const last = i === maxTokens - 1 || ended.every(Boolean);
      if (!last || onState) advance(ids);
      if (last) break;
    }
    onState?.(state.clone());
  } finally {
    for (const held of [logits, best, state]) held?.dispose();
    step.dispose();
  }
}

/** Continues a text; yields its pieces as they come, whole characters only. The end token is not part of the text. */
export async function* generateText(model: GeneratingModel, prompt: string, options: GenerateTextOptions = {}): AsyncGenerator<string, void, void> {
  const { tokenizer: given, ...generating } = options;
  const tokenizer = tokenizerFor(model.config, given);
  const ids = [...tokenizer.encode(prompt)];
  if (ids.length === 0) throw new ConfigError("generate: the prompt must have at least one token; got an empty text.", { field: "prompt", got: prompt });
  const eos = options.eosTokenId === undefined ? model.config.eosTokenId : options.eosTokenId;
  const stream = tokenizer.stream();
  for await (const [id] of generateIds(model, [ids], { ...(tokenizer === byteTokenizer ? {} : { vocabSize: tokenizer.vocabSize }), ...generating })) {
    const text = id === eos ? "" : stream.push(id!);
    if (text !== "") yield text;
  }
  const unfinished = stream.end();
  if (unfinished !== "") yield unfinished;
}

/** The last position's logits of each row. */
function rowsOf(logits: Float32Array, rows: number): Float32Array[] {
  const size = logits.length / rows;
  return Array.from({ length: rows }, (_, i) => logits.subarray(i * size, (i + 1) * size));
}
