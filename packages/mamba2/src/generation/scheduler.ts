// Continuous batching: requests join a batch when they have been read and leave it when they end, between steps; each gets what it would get alone.
import { Module, watchModule } from "@x/nn";
import { capture, type Captured, concat, ConfigError, reshape, type Tensor, tidy } from "@x/tensor/core";
import { dimensions } from "../dimensions.ts";
import { checkRules } from "../option-rules.ts";
import type { LayerState, State } from "../state.ts";
import { type ChooserMemory, chooserMemory, chooseTokens, faultError, freeMemory, readChosen } from "./chooser.ts";
import { endTokensOf, type FinishReason, requireGenerating } from "./generate.ts";
import type { GeneratingModel } from "./generating-model.ts";
import { PrefixCache } from "./prefix-cache.ts";
import { Request } from "./request.ts";
import { checkBias } from "./sampling.ts";
import {
  checkPrompt,
  REQUEST_RULES,
  type RequestOptions,
  SCHEDULER_RULES,
  type SchedulerOptions,
} from "./scheduler-options.ts";
import { joinStates, selectRows, tensorRows } from "./state-rows.ts";

/** The rows that are decoded together: each has a state, and a token that it has not read. */
interface Batch {
  readonly rows: readonly Request[];
  readonly state: State;
  /** i32 [b] */
  readonly ids: Tensor;
}

/**
 * Serves requests in one batch. Between two steps requests that have ended leave, the next that wait are read, a part at a time, and join; whoever does not take its
 * tokens makes room. First come, first served. The tokens of a request are those of `generateIds` alone with its options, where rounding does not decide.
 *
 * @throws ConfigError for an option that is unknown or out of range
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const scheduler = new Scheduler(model, { slots: 4 });
 * const write = async (prompt: number[]) => {
 *   for await (const id of scheduler.add(prompt, { maxTokens: 5, seed: prompt.length })) console.log(prompt.length, id);
 * };
 * await Promise.all([write([72, 105]), write([1, 2, 3])]);
 * scheduler.dispose();
 */
export class Scheduler {
  readonly #model: GeneratingModel;
  readonly #options: Required<SchedulerOptions>;
  readonly #step: Captured<
    [Tensor, LayerState[], Tensor | undefined, ChooserMemory],
    { layers: readonly LayerState[]; positions?: Tensor | undefined; ids: Tensor; report: Tensor }
  >;
  readonly #prefixes: PrefixCache;
  /** in the order of their coming: to be read, or read and out of the batch */
  #waiting: Request[] = [];
  #batch: Batch | undefined;
  #memory: ChooserMemory | undefined;
  #running = false;
  #disposed = false;

  constructor(model: GeneratingModel, options: SchedulerOptions = {}) {
    requireGenerating("Scheduler", model);
    checkRules("Scheduler", options, SCHEDULER_RULES);
    this.#model = model;
    this.#options = { slots: 8, maxWaiting: 1024, prefillTokens: 512, maxUnread: 64, prefixBytes: 2 ** 26, ...options };
    this.#prefixes = new PrefixCache(model, { maxBytes: this.#options.prefixBytes });
    const { vocabSize } = model.config;
    const step = (ids: Tensor, layers: LayerState[], positions: Tensor | undefined, memory: ChooserMemory) => {
      const { logits, ...next } = model.stepLayers(ids, layers, positions);
      return { ...next, ...chooseTokens(logits, memory, { vocabSize, top: -1 }) };
    };
    this.#step = capture(step, model instanceof Module ? { stamp: watchModule(model) } : {});
  }

  /** Requests that are decoded now. */
  get active(): number {
    return this.#batch?.rows.length ?? 0;
  }

  /** Requests that wait: for a slot, to be read, or for their tokens to be taken. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Bytes on the device of the beginnings of prompts that are kept. */
  get prefixBytes(): number {
    return this.#prefixes.usedBytes;
  }

  /**
   * Asks for a continuation.
   *
   * @param prompt token ids, one at least
   * @returns an async iterator of token ids, which returns why it ended. `return()`, as `break` does, gives the request up; once `signal` is aborted its reason is raised.
   * @throws ConfigError for an option or a prompt that cannot be, or too many that wait
   */
  add(prompt: readonly number[], options: RequestOptions = {}): AsyncGenerator<number, FinishReason, void> {
    checkRules("Scheduler.add", options, REQUEST_RULES);
    const { paddedVocabSize } = dimensions(this.#model.config);
    if (this.#disposed)
      throw new ConfigError("Scheduler.add: the scheduler must not be used after it was disposed.", {
        field: "prompt",
      });
    checkPrompt(prompt, paddedVocabSize);
    checkBias(options.logitBias, paddedVocabSize);
    const ends = endTokensOf(this.#model.config, options.eosTokenId);
    if (this.#waiting.length >= this.#options.maxWaiting)
      throw new ConfigError(
        `Scheduler.add: at most ${this.#options.maxWaiting} requests may wait (maxWaiting); got one more.`,
        {
          field: "maxWaiting",
          expected: this.#options.maxWaiting,
        },
      );
    const request = new Request([...prompt], options, ends, () => this.#wake());
    if (options.maxTokens === 0) request.end("length");
    else this.#waiting.push(request);
    this.#wake();
    return request.tokens();
  }

  /** Gives all requests up and frees everything. */
  dispose(): void {
    this.#disposed = true;
    for (const request of [...(this.#batch?.rows ?? []), ...this.#waiting]) request.end("abort");
    if (!this.#running) this.#free();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #free(): void {
    for (const request of this.#waiting.splice(0)) request.free();
    this.#dropBatch();
    this.#step.dispose();
    this.#prefixes.dispose();
  }

  #wake(): void {
    if (this.#running || this.#disposed) return;
    this.#running = true;
    void this.#run();
  }

  /** Works until nothing can be done: nobody waits, or all wait for their tokens to be taken. */
  async #run(): Promise<void> {
    try {
      for (;;) {
        await Promise.resolve();
        if (this.#disposed) break;
        this.#leave();
        await this.#admit();
        if (this.#disposed) break;
        if (this.#batch) await this.#decode();
        else if (!this.#waiting.some((request) => this.#ready(request))) break;
      }
    } catch (error) {
      for (const request of [...(this.#batch?.rows ?? []), ...this.#waiting]) request.fail(error);
      this.#dropBatch();
      for (const request of this.#waiting.splice(0)) request.free();
    } finally {
      this.#running = false;
      if (this.#disposed) this.#free();
    }
  }

  #ready(request: Request): boolean {
    return request.unread < this.#options.maxUnread || request.done;
  }

  /** Takes out of the batch who has ended, and who does not take its tokens; the latter wait with a state of their own. */
  #leave(): void {
    this.#waiting = this.#waiting.filter((request) => {
      if (request.done) request.free();
      return !request.done;
    });
    const batch = this.#batch;
    if (!batch) return;
    const stays = batch.rows.map((request) => !request.done && this.#ready(request));
    if (!stays.includes(false)) return;
    const { device } = this.#model;
    for (const [r, request] of batch.rows.entries()) {
      if (stays[r] || request.done) continue;
      request.standing = { state: selectRows(batch.state, [r], device), ids: tensorRows(batch.ids, [r]) };
      this.#waiting.push(request);
    }
    const kept = [...stays.keys()].filter((r) => stays[r]);
    const next =
      kept.length > 0
        ? {
            rows: kept.map((r) => batch.rows[r]!),
            state: selectRows(batch.state, kept, device),
            ids: tensorRows(batch.ids, kept),
          }
        : undefined;
    this.#dropBatch();
    this.#batch = next;
  }

  /** Reads prompts that wait, up to `prefillTokens`, and lets in who is ready. */
  async #admit(): Promise<void> {
    let left = this.#options.prefillTokens;
    const joining: Request[] = [];
    for (const request of this.#waiting) {
      if (this.active + joining.length >= this.#options.slots) break;
      if (!this.#ready(request)) continue;
      if (!request.standing) {
        if (left <= 0) break;
        left -= request.read(this.#model, this.#prefixes, left);
        if (request.progress) {
          await this.#first(request);
          if (request.done) continue;
        }
      }
      if (request.standing) joining.push(request);
    }
    if (joining.length === 0) return;
    this.#waiting = this.#waiting.filter((request) => !joining.includes(request));
    const standings = joining.map((request) => request.takeStanding());
    const all = [...(this.#batch ? [this.#batch] : []), ...standings];
    const rows = [...(this.#batch?.rows ?? []), ...joining];
    const next = {
      rows,
      state: joinStates(all.map(({ state }) => state)),
      ids: concat(
        all.map(({ ids }) => ids),
        0,
      ),
    };
    for (const { state, ids } of standings) {
      state.dispose();
      ids.dispose();
    }
    this.#dropBatch();
    this.#batch = next;
  }

  /** The first token of a request that has been read whole. */
  async #first(request: Request): Promise<void> {
    const { logits, state } = request.takeProgress();
    const memory = chooserMemory(this.#model.device, [request.choice()], logits.shape.at(-1)!);
    const chosen = tidy(() => chooseTokens(logits, memory, { vocabSize: this.#model.config.vocabSize, top: -1 }));
    try {
      const [token] = await readChosen(chosen.report, -1);
      request.standing = { state, ids: reshape(chosen.ids, [1]) };
      if (token!.fault === -1) request.give(token!.id);
      else request.fail(faultError(token!.fault));
    } finally {
      for (const held of [logits, chosen.ids, chosen.report]) held.dispose();
      freeMemory(memory);
    }
  }

  /** One step of the batch. */
  async #decode(): Promise<void> {
    const { rows, state, ids } = this.#batch!;
    this.#memory ??= chooserMemory(
      this.#model.device,
      rows.map((request) => request.choice()),
      dimensions(this.#model.config).paddedVocabSize,
    );
    state.reserve(1); // outside of the captured step
    const { ids: chosen, report, ...next } = this.#step(ids, [...state.layers], state.positions, this.#memory);
    this.#batch = { rows, state: state.after(next, 1), ids: chosen };
    state.dispose();
    ids.dispose();
    try {
      for (const [r, { id, fault }] of (await readChosen(report, -1)).entries()) {
        if (fault === -1) rows[r]!.give(id);
        else rows[r]!.fail(faultError(fault));
      }
    } finally {
      report.dispose();
    }
  }

  #dropBatch(): void {
    this.#batch?.state.dispose();
    this.#batch?.ids.dispose();
    if (this.#memory) freeMemory(this.#memory);
    this.#batch = this.#memory = undefined;
  }
}
