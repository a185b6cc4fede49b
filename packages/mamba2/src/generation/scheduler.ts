// Continuous batching: requests join a batch when they have been read and leave it when they end, between steps; each gets what it would get alone.
import { Module, watchModule } from "@x/nn/core";
import { capture, type Captured, ConfigError, requireArity, reshape, type Tensor, tidy } from "@x/tensor/core";
import { nextTurn } from "@x/base";
import { checkRules } from "../inputs/option-rules.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import type { LayerState } from "../state/state.ts";
import { PendingTokens } from "./pending-tokens.ts";
import { type ChooserMemory, chooserMemory, chooseTokens, freeMemory } from "./chooser.ts";
import { type DecodingRows, freeRows, joinRows, pickRows } from "./decoding-rows.ts";
import { endTokensOf, type FinishReason, requireGenerating, requireVocabulary } from "./generate.ts";
import { STEPS_AHEAD } from "./start-queue.ts";
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

/** The requests that are decoded together, a row each. */
interface Batch {
  readonly requests: readonly Request[];
  readonly rows: DecodingRows;
}

/**
 * Serves requests in one batch. Between two steps requests that have ended leave, the next that wait are read, a part at a time, and join; whoever does not take its
 * tokens makes room. First come, first served. The tokens of a request are those of `generateIds` alone with its options, where rounding does not decide. A GPU is handed
 * steps before the tokens of earlier ones were read; what it makes of a request beyond its end is dropped.
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
  readonly #tokens = new PendingTokens();
  #turn = 0;
  #running = false;
  #disposed = false;

  constructor(model: GeneratingModel, options: SchedulerOptions = {}) {
    requireArity("Scheduler", arguments, 2);
    requireGenerating("Scheduler", model);
    checkRules("Scheduler", options, SCHEDULER_RULES);
    this.#model = model;
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    this.#options = {
      vocabSize: model.config.vocabSize,
      slots: 8,
      maxWaiting: 1024,
      prefillTokens: 512,
      maxUnread: 64,
      prefixBytes: 2 ** 26,
      stepsAhead: STEPS_AHEAD,
      ...given,
      ...(model.device.kind !== "webgpu" && { stepsAhead: 0 }), // the CPU computes at once: a step beyond an end would cost its time
    };
    this.#prefixes = new PrefixCache(model, { maxBytes: this.#options.prefixBytes });
    const { vocabSize } = this.#options;
    requireVocabulary("Scheduler", model.config, vocabSize);
    const step = (ids: Tensor, layers: LayerState[], positions: Tensor | undefined, memory: ChooserMemory) => {
      const { logits, ...next } = model.stepLayers(ids, layers, positions);
      return { ...next, ...chooseTokens(logits, memory, { vocabSize, top: -1 }) };
    };
    this.#step = capture(step, model instanceof Module ? { stamp: watchModule(model) } : {});
  }

  /** Requests that are decoded now, or whose last tokens are on the way. */
  get active(): number {
    const onTheWay = this.#tokens.requests.filter((request) => !request.done && !this.#waiting.includes(request));
    return new Set([...(this.#batch?.requests ?? []), ...onTheWay]).size;
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
    requireArity("Scheduler.add", arguments, 2);
    checkRules("Scheduler.add", options, REQUEST_RULES);
    if (this.#disposed)
      throw new ConfigError("Scheduler.add: the scheduler must not be used after it was disposed.", {
        field: "prompt",
      });
    checkPrompt(prompt, this.#model.config);
    checkBias(options.logitBias, this.#options.vocabSize);
    const ends = endTokensOf(this.#model.config, options.eosTokenId);
    if (this.#waiting.length >= this.#options.maxWaiting)
      throw new ConfigError(
        `Scheduler.add: at most ${this.#options.maxWaiting} requests may wait (maxWaiting); got one more.`,
        { field: "maxWaiting", expected: this.#options.maxWaiting },
      );
    const request = new Request([...prompt], plainCopy(options), ends, () => this.#wake());
    if (options.maxTokens === 0) request.end("length");
    else this.#waiting.push(request);
    this.#wake();
    return request.tokens();
  }

  /** Gives all requests up and frees everything. */
  dispose(): void {
    this.#disposed = true;
    for (const request of this.#all()) request.end("abort");
    if (!this.#running) this.#free();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #all(): readonly Request[] {
    return [...(this.#batch?.requests ?? []), ...this.#waiting, ...this.#tokens.requests];
  }

  #free(): void {
    this.#drop();
    this.#step.dispose();
    this.#prefixes.dispose();
  }

  #drop(): void {
    for (const request of this.#waiting.splice(0)) request.free();
    if (this.#batch) freeRows(this.#batch.rows);
    this.#batch = undefined;
    this.#tokens.drop();
  }

  #wake(): void {
    if (this.#running || this.#disposed) return;
    this.#running = true;
    void this.#run();
  }

  /** Runs until there is no work: no request is waiting, or all wait for their tokens to be read. */
  async #run(): Promise<void> {
    const { stepsAhead } = this.#options;
    try {
      await this.#model.loadSteps?.();
      for (;;) {
        // Requests join, leave and send their tokens between any two steps; reads of a CPU device let them from time to time only.
        await (this.#model.device.kind === "cpu" ? nextTurn() : Promise.resolve());
        if (this.#disposed) break;
        this.#read();
        if (stepsAhead === 0) await this.#tokens.arrive(this.#turn); // whom the first token ends does not join
        if (this.#disposed) break;
        this.#regroup();
        if (this.#batch) this.#decode();
        else if (this.#tokens.requests.length === 0 && !this.#waiting.some((request) => this.#ready(request))) break;
        await this.#tokens.arrive(this.#batch ? this.#turn - stepsAhead : this.#turn);
        this.#turn++;
      }
    } catch (error) {
      for (const request of this.#all()) request.fail(error);
      this.#drop();
    } finally {
      this.#running = false;
      if (this.#disposed) this.#free();
    }
  }

  /** Whether a request may be worked on: its tokens are taken, or it is to be freed. */
  #ready(request: Request): boolean {
    return request.unread < this.#options.maxUnread || request.done;
  }

  #stays(request: Request): boolean {
    return request.goesOn && this.#ready(request);
  }

  /** Frees who waits and wants no more; reads prompts that wait, up to `prefillTokens`; those that are read whole choose their first token. */
  #read(): void {
    this.#waiting = this.#waiting.filter((request) => {
      if (!request.goesOn) request.free();
      return request.goesOn;
    });
    let tokens = this.#options.prefillTokens;
    let slots = this.#options.slots - (this.#batch?.requests ?? []).filter((request) => this.#stays(request)).length;
    for (const request of this.#waiting) {
      if (slots <= 0) break;
      if (!this.#ready(request)) continue;
      if (!request.standing) {
        if (tokens <= 0) break;
        try {
          tokens -= request.read(this.#model, this.#prefixes, tokens);
          if (request.progress) this.#first(request);
        } catch (error) {
          request.fail(error); // such as a prompt that the device has no memory for: the others go on
        }
      }
      if (request.standing) slots--;
    }
  }

  /** Asks for the first token of a request that has been read whole. */
  #first(request: Request): void {
    const { logits, state } = request.takeProgress();
    let memory: ChooserMemory | undefined;
    try {
      const choice = request.choice();
      const made = (memory = chooserMemory(this.#model.device, [choice], logits.shape.at(-1)!));
      const { ids, report } = tidy(() => {
        const chosen = chooseTokens(logits, made, { vocabSize: this.#options.vocabSize, top: -1 });
        return { report: chosen.report, ids: reshape(chosen.ids, [1]) };
      });
      request.standing = { options: [choice.options], state, ids, memory };
      this.#tokens.ask([request], report, this.#turn);
    } catch (error) {
      if (!request.standing) {
        state.dispose();
        if (memory) freeMemory(memory);
      }
      throw error;
    } finally {
      logits.dispose();
    }
  }

  /** Takes out of the batch who has ended, and who does not take its tokens, which then waits as a row of its own; lets in who is ready. */
  #regroup(): void {
    const { requests, rows } = this.#batch ?? { requests: [] };
    const kept = [...requests.keys()].filter((r) => this.#stays(requests[r]!));
    for (const [r, request] of requests.entries()) {
      if (kept.includes(r) || !request.goesOn) continue;
      request.standing = pickRows(rows!, [r]);
      this.#waiting.push(request);
    }
    const joining = this.#waiting
      .filter((request) => request.standing && this.#stays(request))
      .slice(0, this.#options.slots - kept.length);
    if (joining.length === 0 && kept.length === requests.length) return;
    const parts = joining.map((request) => request.takeStanding());
    try {
      if (kept.length === requests.length && rows) parts.unshift(rows);
      else {
        if (kept.length > 0) parts.unshift(pickRows(rows!, kept));
        if (rows) freeRows(rows);
      }
      this.#waiting = this.#waiting.filter((request) => !joining.includes(request));
      this.#batch = undefined;
      if (parts.length === 0) return;
      this.#batch = {
        requests: [...kept.map((r) => requests[r]!), ...joining],
        rows: parts.length === 1 ? parts[0]! : joinRows(parts),
      };
    } catch (error) {
      for (const request of [...requests, ...joining]) request.fail(error); // who is between batches is in no list
      parts.forEach(freeRows);
      throw error;
    }
    if (parts.length > 1) parts.forEach(freeRows);
  }

  /** Hands one step of the batch to the device. */
  #decode(): void {
    const { requests, rows } = this.#batch!;
    const { options, state, ids, memory } = rows;
    state.reserve(1); // outside of the captured step
    const { ids: chosen, report, ...next } = this.#step(ids, [...state.layers], state.positions, memory);
    this.#batch = { requests, rows: { options, state: state.after(next, 1), ids: chosen, memory } };
    state.dispose();
    ids.dispose();
    this.#tokens.ask(requests, report, this.#turn);
  }
}
