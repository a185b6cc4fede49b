// Where a generation stands: the token it waits for, and the steps behind it that the device already has, fed with tokens that the host has not read.
import { Module, watchModule } from "@x/nn";
import { capture, type Captured, reshape, type Tensor, tensor } from "@x/tensor/core";
import type { GeneratingModel } from "./generating-model.ts";
import { type BestTokens, bestTokens, readBest } from "./greedy.ts";
import { type LayerState, State } from "./state.ts";

/** What follows a row of tokens: the state after them, and what says which token comes next. */
interface Position {
  readonly logits: Tensor;
  readonly state: State;
  readonly best: BestTokens | undefined;
  /** the tokens that `best` holds, on their way to the host; undefined where the host must choose from the logits */
  readonly found: Promise<readonly number[] | undefined> | undefined;
}

interface Step {
  readonly logits: Tensor;
  readonly layers: LayerState[];
  readonly best: BestTokens | undefined;
}

export interface PositionsOptions {
  /** real tokens, where the device chooses the best of them; undefined where the host chooses */
  readonly greedyAmong: number | undefined;
  /** rows that were fed one of these have ended, and are fed it again */
  readonly endTokens: readonly number[];
  /** the token that each row was fed last, where the prompts are empty and the start goes on by itself */
  readonly lastTokens: readonly (number | undefined)[] | undefined;
  /** most steps handed over beyond the token waited for */
  readonly ahead: number;
}

/** A queue of positions; the first is the one whose tokens are wanted. Only where the device chooses can there be more than one. */
export class Positions {
  readonly #model: GeneratingModel;
  readonly #options: PositionsOptions;
  readonly #step: Captured<[Tensor, LayerState[]], Step>;
  readonly #queue: Position[] = [];
  /** reads of dropped positions that have not come back */
  readonly #unread = new Set<Promise<unknown>>();
  #ahead: number;

  constructor(
    model: GeneratingModel,
    prompts: readonly (readonly number[])[],
    start: State | undefined,
    options: PositionsOptions,
  ) {
    this.#model = model;
    this.#options = options;
    this.#ahead = options.ahead;
    const step = (ids: Tensor, layers: LayerState[]): Step => {
      const next = model.stepLayers(ids, layers);
      return { ...next, best: this.#best(next.logits, ids) };
    };
    // What is no module cannot be watched, and is followed at every step.
    this.#step = capture(step, model instanceof Module ? { stamp: watchModule(model) } : {});
    if (start?.progress.logits && prompts[0]!.length === 0) {
      const { logits } = start.progress;
      this.#append(reshape(logits, logits.shape), start.clone(), this.#bestAfter(logits, options.lastTokens));
      return;
    }
    const { logits, state } = model.prefill(prompts, start ? { state: start } : {});
    this.#append(logits, state, this.#best(logits));
  }

  /** As `#best`, after tokens that the host knows. */
  #bestAfter(logits: Tensor, lastTokens: readonly (number | undefined)[] | undefined): BestTokens | undefined {
    if (!lastTokens || lastTokens.includes(undefined)) return this.#best(logits);
    const fed = tensor(Int32Array.from(lastTokens as number[]), { device: this.#model.device });
    try {
      return this.#best(logits, fed);
    } finally {
      fed.dispose();
    }
  }

  /** The position whose tokens are wanted. */
  get first(): Pick<Position, "logits" | "state" | "found"> {
    return this.#queue[0]!;
  }

  /** Hands over steps until `ahead` lie beyond the first position, or `most`. */
  reach(most: number): void {
    while (this.#queue.length - 1 < Math.min(this.#ahead, most)) this.#feed(this.#queue.at(-1)!.best!.ids);
  }

  /** Goes on to the position after `ids`, one per row; null for a row that has ended. `asFound`: they are those that the device chose. */
  advance(ids: readonly (number | null)[], asFound: boolean): void {
    if (!asFound) {
      // The host chose: what follows the device's choice is of no use, nor will it be at the next step.
      this.#ahead = 0;
      for (const position of this.#queue.splice(1)) this.#drop(position);
    }
    if (this.#queue.length === 1) {
      const input = tensor(
        Int32Array.from(ids, (id) => id ?? this.#options.endTokens[0] ?? 0),
        { device: this.#model.device },
      );
      this.#feed(input);
      input.dispose();
    }
    this.#drop(this.#queue.shift()!);
  }

  /** Frees everything, and waits for reads that nobody waited for: an error that the device reported to them is raised here. */
  async dispose(): Promise<void> {
    for (const position of this.#queue.splice(0)) this.#drop(position);
    this.#step.dispose();
    await Promise.all(this.#unread);
  }

  #feed(ids: Tensor): void {
    const { logits, layers, best } = this.#step(ids, [...this.#queue.at(-1)!.state.layers]);
    this.#append(logits, new State(layers), best);
  }

  #append(logits: Tensor, state: State, best: BestTokens | undefined): void {
    // The copy to the host is queued here, before any later step.
    const found = best && readBest(best);
    found?.catch(() => undefined); // no unhandled rejection: whoever waits for it gets the error, here or in `dispose`
    this.#queue.push({ logits, state, best, found });
  }

  #drop({ logits, state, best, found }: Position): void {
    for (const held of [logits, state, best?.ids, best?.report]) held?.dispose();
    if (!found) return;
    this.#unread.add(found);
    found.then(
      () => this.#unread.delete(found),
      () => undefined,
    );
  }

  #best(logits: Tensor, fed?: Tensor): BestTokens | undefined {
    const { greedyAmong, endTokens } = this.#options;
    return greedyAmong === undefined ? undefined : bestTokens(logits, greedyAmong, fed, endTokens);
  }
}
