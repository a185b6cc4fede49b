// A queue of decoding steps: the step whose tokens the host reads next, and later ones that the device already runs on tokens that the host has not read yet.
import { Module, watchModule } from "@x/nn";
import { capture, type Captured, reshape, type Tensor, tensor } from "@x/tensor/core";
import type { GeneratingModel } from "./generating-model.ts";
import { type BestTokens, bestTokens, readBest } from "./greedy.ts";
import { type LayerState, State } from "../state.ts";

/** The result of a step: the state after its tokens, the logits of the next ones, and the best of these where the device chose. */
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

export interface DecodeQueueOptions {
  /** real tokens, where the device chooses the best of them; undefined where the host chooses */
  readonly greedyAmong: number | undefined;
  /** rows that were fed one of these have ended, and are fed it again */
  readonly endTokens: readonly number[];
  /** the token that each row was fed last, where the prompts are empty and generation continues from the state alone */
  readonly lastTokens: readonly (number | undefined)[] | undefined;
  /** most steps enqueued beyond the token waited for */
  readonly ahead: number;
}

/** A queue of steps; the tokens of the first are read next. It holds more than one only where the device chooses the tokens. */
export class DecodeQueue {
  readonly #model: GeneratingModel;
  readonly #options: DecodeQueueOptions;
  readonly #step: Captured<[Tensor, LayerState[]], Step>;
  readonly #queue: Position[] = [];
  /** pending reads of dropped steps */
  readonly #unread = new Set<Promise<unknown>>();
  #ahead: number;

  constructor(
    model: GeneratingModel,
    prompts: readonly (readonly number[])[],
    start: State | undefined,
    options: DecodeQueueOptions,
  ) {
    this.#model = model;
    this.#options = options;
    this.#ahead = options.ahead;
    const step = (ids: Tensor, layers: LayerState[]): Step => {
      const next = model.stepLayers(ids, layers);
      return { ...next, best: this.#best(next.logits, ids) };
    };
    // Only a Module can be watched; any other model runs on the host at every step.
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

  /** The step whose tokens are read next. */
  get first(): Pick<Position, "logits" | "state" | "found"> {
    return this.#queue[0]!;
  }

  /** Enqueues steps until `ahead` (at most `most`) follow the first one. */
  fill(most: number): void {
    while (this.#queue.length - 1 < Math.min(this.#ahead, most)) this.#feed(this.#queue.at(-1)!.best!.ids);
  }

  /** Moves on to the step after `ids`, one per row; null for a row that has ended. `asFound`: the device chose them itself. */
  advance(ids: readonly (number | null)[], asFound: boolean): void {
    if (!asFound) {
      // The host chose other tokens: the enqueued steps are of no use, and those of later steps would not be either.
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

  /** Frees everything and awaits the pending reads: an error that the device reported to one of them is raised here. */
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
    found?.catch(() => undefined); // no unhandled rejection: its reader gets the error, here or in `dispose`
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
