// A request of the scheduler: its options, its progress, and the generated tokens that have not been read.
import { reshape, type Tensor } from "@x/tensor/core";
import type { State } from "../state/state.ts";
import type { RowChoice } from "./chooser.ts";
import { type DecodingRows, freeRows } from "./decoding-rows.ts";
import type { FinishReason, GenerateOptions } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import type { PrefixCache } from "./prefix-cache.ts";
import { countsTokens } from "./sampling.ts";
import { TokenHistory } from "./token-history.ts";

export class Request {
  readonly #prompt: readonly number[];
  readonly #options: GenerateOptions & { readonly seed?: number; readonly prefix?: number };
  readonly #ends: readonly number[];
  readonly #wake: () => void;
  readonly #queue: number[] = [];
  /** how many tokens the device was asked for, have come, and were taken */
  #asked = 0;
  #given = 0;
  #taken = 0;
  #reason: FinishReason | undefined;
  #error: { readonly error: unknown } | undefined;
  #arrived: (() => void) | undefined;
  #reading: { readonly logits: Tensor; readonly state: State } | undefined;
  /** tokens of the prompt that were read */
  #read = 0;
  /** of the prefixes, before the first was read */
  #version = 0;
  /** outside of the batch, once its first token was asked for: a row that can be decoded */
  standing: DecodingRows | undefined;

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
  }

  /** Tokens not yet read by the caller, pending ones included. */
  get unread(): number {
    return this.#asked - this.#taken;
  }

  /** Whether nothing more is to be made. */
  get done(): boolean {
    if (!this.#reason && !this.#error && this.#options.signal?.aborted) this.fail(this.#options.signal.reason);
    return this.#reason !== undefined || this.#error !== undefined;
  }

  /** Whether the device is to be asked for more. */
  get goesOn(): boolean {
    return !this.done && this.#asked < this.#most;
  }

  get #most(): number {
    return this.#options.maxTokens ?? 256;
  }

  /** Whether the prompt has been read whole, and nothing more. */
  get progress(): boolean {
    return this.#reading !== undefined && this.#read === this.#prompt.length;
  }

  /** Reads a part of the prompt, `most` tokens at most; returns how many. */
  read(model: GeneratingModel, prefixes: PrefixCache, most: number): number {
    const prompt = this.#prompt;
    if (this.#read === 0) this.#version = prefixes.version;
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
    // what was read in part by a model that has changed since is nobody else's
    if (this.#read === prefix && this.#version === prefixes.version)
      prefixes.keep(prompt.slice(0, prefix), this.#reading.logits, state);
    return part.length;
  }

  /** What was read; the caller's from now on. */
  takeProgress(): { readonly logits: Tensor; readonly state: State } {
    const reading = this.#reading!;
    this.#reading = undefined;
    return reading;
  }

  takeStanding(): DecodingRows {
    const standing = this.standing!;
    this.standing = undefined;
    return standing;
  }

  /** How the first token is chosen; what the next ones need stays on the device. */
  choice(): RowChoice {
    const history = countsTokens(this.#options) ? TokenHistory.empty(1).append([this.#prompt]).rows[0] : undefined;
    return { options: this.#options, seed: this.#options.seed ?? 0, stream: 0, drawn: 0, history };
  }

  /** The device was asked for a token. */
  ask(): void {
    this.#asked++;
  }

  /** A token has come. */
  give(id: number): void {
    if (this.done) return;
    this.#given++;
    this.#queue.push(id);
    if (this.#ends.includes(id)) this.#reason = "stop";
    else if (this.#given === this.#most) this.#reason = "length";
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

  /** Frees its states. */
  free(): void {
    this.#reading?.logits.dispose();
    this.#reading?.state.dispose();
    if (this.standing) freeRows(this.standing);
    this.#reading = this.standing = undefined;
  }

  /** The tokens, as they come. The caller that ends the iterator gives the request up, also before it has begun, when none of its text runs. */
  tokens(): AsyncGenerator<number, FinishReason, void> {
    const tokens = this.#tokens();
    const { return: leave, throw: fail } = tokens;
    return Object.assign(tokens, {
      return: (value: FinishReason) => {
        this.#giveUp();
        return leave.call(tokens, value);
      },
      throw: (error: unknown) => {
        this.#giveUp();
        return fail.call(tokens, error);
      },
    });
  }

  #giveUp(): void {
    this.end("abort");
    this.#wake();
  }

  async *#tokens(): AsyncGenerator<number, FinishReason, void> {
    try {
      for (;;) {
        if (this.#queue.length > 0) {
          const id = this.#queue.shift()!;
          this.#taken++;
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
      this.#giveUp();
    }
  }
}
