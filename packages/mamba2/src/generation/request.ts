// A request of the scheduler: what it asks for, where it stands, and the tokens that were made and not yet taken.
import { reshape, type Tensor } from "@x/tensor/core";
import type { State } from "../state.ts";
import type { RowChoice } from "./chooser.ts";
import type { FinishReason, GenerateOptions } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import type { PrefixCache } from "./prefix-cache.ts";
import { countsTokens } from "./sampling.ts";
import { TokenHistory } from "./token-history.ts";

/** A row that can be decoded: a state, and the token that it has not read. */
interface RowStanding {
  readonly state: State;
  readonly ids: Tensor;
}

export class Request {
  readonly #prompt: readonly number[];
  readonly #options: GenerateOptions & { readonly seed?: number; readonly prefix?: number };
  readonly #ends: readonly number[];
  readonly #wake: () => void;
  readonly #queue: number[] = [];
  readonly #generated: number[] = [];
  #reason: FinishReason | undefined;
  #error: { readonly error: unknown } | undefined;
  #arrived: (() => void) | undefined;
  #reading: { readonly logits: Tensor; readonly state: State } | undefined;
  /** tokens of the prompt that were read */
  #read = 0;
  /** of the prompt */
  readonly #history: TokenHistory;
  standing: RowStanding | undefined;

  constructor(
    prompt: readonly number[],
    options: GenerateOptions & { readonly seed?: number; readonly prefix?: number },
    ends: readonly number[],
    wake: () => void,
  ) {
    this.#prompt = prompt;
    this.#options = options;
    this.#ends = ends;
    this.#wake = wake;
    this.#history = TokenHistory.empty(1).append([prompt]);
  }

  /** Tokens that nobody has taken. */
  get unread(): number {
    return this.#queue.length;
  }

  /** Whether nothing more is to be made. */
  get done(): boolean {
    if (!this.#reason && !this.#error && this.#options.signal?.aborted) this.fail(this.#options.signal.reason);
    return this.#reason !== undefined || this.#error !== undefined;
  }

  /** Whether the prompt has been read whole, and nothing more. */
  get progress(): boolean {
    return this.#reading !== undefined && this.#read === this.#prompt.length;
  }

  /** Reads a part of the prompt, `most` tokens at most; returns how many. */
  read(model: GeneratingModel, prefixes: PrefixCache, most: number): number {
    const prompt = this.#prompt;
    const known = this.#read === 0 ? prefixes.find(prompt) : undefined;
    if (known) {
      this.#reading = known;
      this.#read = known.known;
      if (this.#read === prompt.length) return 0;
    }
    const prefix = Math.min(this.#options.prefix ?? prompt.length, prompt.length);
    const stop = this.#read < prefix ? prefix : prompt.length;
    const part = prompt.slice(this.#read, Math.min(stop, this.#read + most));
    const before = this.#reading;
    const { logits, state } = model.prefill([part], before ? { state: before.state } : {});
    this.#reading = { logits: reshape(logits, [1, logits.shape.at(-1)!]), state };
    logits.dispose();
    before?.logits.dispose();
    before?.state.dispose();
    this.#read += part.length;
    if (this.#read === prefix) prefixes.keep(prompt.slice(0, prefix), this.#reading.logits, state);
    return part.length;
  }

  /** What was read; the caller's from now on. */
  takeProgress(): { readonly logits: Tensor; readonly state: State } {
    const reading = this.#reading!;
    this.#reading = undefined;
    return reading;
  }

  takeStanding(): RowStanding {
    const standing = this.standing!;
    this.standing = undefined;
    return standing;
  }

  /** How the next token is chosen. */
  choice(): RowChoice {
    return {
      options: this.#options,
      seed: this.#options.seed ?? 0,
      stream: 0,
      drawn: this.#generated.length,
      history: countsTokens(this.#options) ? this.#history.append([this.#generated], true).rows[0] : undefined,
    };
  }

  /** A token was made. */
  give(id: number): void {
    if (this.done) return;
    this.#generated.push(id);
    this.#queue.push(id);
    if (this.#ends.includes(id)) this.#reason = "stop";
    else if (this.#generated.length === (this.#options.maxTokens ?? 256)) this.#reason = "length";
    this.#arrived?.();
  }

  end(reason: FinishReason): void {
    if (!this.done) this.#reason = reason;
    this.#arrived?.();
  }

  fail(error: unknown): void {
    if (!this.#reason) this.#error ??= { error };
    this.#arrived?.();
  }

  /** Frees what it stands on. */
  free(): void {
    for (const held of [this.#reading?.logits, this.#reading?.state, this.standing?.ids, this.standing?.state])
      held?.dispose();
    this.#reading = this.standing = undefined;
  }

  /** The tokens, as they come; gives the request up when nobody wants more. */
  async *tokens(): AsyncGenerator<number, FinishReason, void> {
    try {
      for (;;) {
        if (this.#queue.length > 0) {
          const id = this.#queue.shift()!;
          this.#wake();
          yield id;
        } else if (this.done) {
          if (this.#error) throw this.#error.error;
          return this.#reason!;
        } else {
          await new Promise<void>((resolve) => (this.#arrived = resolve));
        }
      }
    } finally {
      this.end("abort");
      this.#wake();
    }
  }
}
