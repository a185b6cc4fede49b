// Prompts of any length in constant memory.
import { ConfigError, requireArity, type Tensor } from "@x/tensor/core";
import { checkRules, functionRule, type OptionRules, positiveWhole } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import { State } from "../state/state.ts";
import { requireGenerating } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";

/** Tokens as they come: all at once, or a stream of parts. */
export type TokenSource = readonly number[] | Iterable<readonly number[]> | AsyncIterable<readonly number[]>;

/** Options of {@link streamPrefill}. */
export interface StreamPrefillOptions {
  /** Continue from this state, which stays as it is. */
  readonly state?: State | undefined;
  /** tokens that are read at once; memory grows with it, not with the prompt. Default 2048. */
  readonly chunk?: number;
  /** Called after each chunk with the tokens read so far and the state after them, which is not the caller's; what it returns is awaited. */
  onChunk?(read: number, state: State): void | Promise<void>;
}

const RULES: OptionRules<StreamPrefillOptions> = {
  state: ["a State, of prefill, step, initialState, onState or State.deserialize", (value) => value instanceof State],
  chunk: positiveWhole,
  onChunk: functionRule,
};

/** Logits of the next token [1, v], the state, and how many tokens were read. */
export interface StreamedPrefill {
  readonly logits: Tensor;
  readonly state: State;
  readonly read: number;
}

/**
 * Reads one sequence of any length, part by part, each on top of the state before: the memory is that of one part. The state is the one that `prefill` of the whole would give.
 *
 * @param tokens ids, or a stream of parts of any lengths
 * @throws ConfigError for an option that is unknown or out of range, or no token at all
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const { state, read } = await streamPrefill(model, Array.from({ length: 5000 }, (_, i) => i % 256), { chunk: 1024 });
 * console.log(read); // 5000
 * state.dispose();
 */
export async function streamPrefill(
  model: GeneratingModel,
  tokens: TokenSource,
  options: StreamPrefillOptions = {},
): Promise<StreamedPrefill> {
  requireArity("streamPrefill", arguments, 3);
  requireGenerating("streamPrefill", model);
  checkRules("streamPrefill", options, RULES);
  if (typeof tokens !== "object" || tokens === null || !(Symbol.iterator in tokens || Symbol.asyncIterator in tokens))
    throw ConfigError.must("streamPrefill", "tokens", "be token ids or a stream of parts", tokens);
  const { state: start, chunk = 2048, onChunk } = options;
  const source = plainCopy(tokens);
  let last: { logits: Tensor; state: State } | undefined;
  let read = 0;
  try {
    for await (const part of chunksOf(source, chunk)) {
      const before = last;
      last = model.prefill([part], { ...((before?.state ?? start) && { state: before?.state ?? start! }) });
      before?.logits.dispose();
      before?.state.dispose();
      read += part.length;
      await last.logits.data(); // a GPU must not be handed more than it can hold
      await onChunk?.(read, last.state);
    }
  } catch (error) {
    last?.logits.dispose();
    last?.state.dispose();
    throw error;
  }
  if (!last)
    throw new ConfigError("streamPrefill: tokens must hold at least one token; got none.", { field: "tokens" });
  return { ...last, read };
}

/** Parts of `size` tokens, the last one shorter. */
async function* chunksOf(tokens: TokenSource, size: number): AsyncGenerator<number[]> {
  let held: number[] = [];
  const parts =
    Array.isArray(tokens) && typeof tokens[0] === "number"
      ? [tokens as number[]]
      : (tokens as Iterable<readonly number[]>);
  for await (const part of parts) {
    for (let at = 0; at < part.length;) {
      const more = part.slice(at, at + size - held.length);
      held.push(...more);
      at += more.length;
      if (held.length < size) continue;
      yield held;
      held = [];
    }
  }
  if (held.length > 0) yield held;
}
