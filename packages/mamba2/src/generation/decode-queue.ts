// A queue of decoding steps: the step whose tokens the host reads next, and later ones that the device already runs on tokens that the host has not read yet.
import { Module, watchModule } from "@x/nn/core";
import {
  capture,
  type Captured,
  concat,
  precompile,
  type PrecompileOptions,
  type Tensor,
  tensor,
} from "@x/tensor/core";
import { BurstPace } from "./burst-pace.ts";
import type { Chosen, ChosenToken, TokenChooser } from "./chooser.ts";
import type { GeneratingModel } from "./generating-model.ts";
import type { LayerState } from "../state/state.ts";
import type { Standing } from "./start.ts";

/** The result of a step: the state after its tokens, the logits of the next ones, and these tokens once they are chosen. */
interface Position extends Standing {
  chosen?: Chosen;
  /** what was chosen, on its way to the host */
  found?: Promise<readonly ChosenToken[]>;
  /** Steps from this position to the next whose states and logits were not kept: what they chose. */
  burst?: Burst;
}

/** Tokens that a burst's steps fed to each other; the last step's choice belongs to the next position. */
interface Burst {
  /** tokens fed to the second step, the third, … */
  readonly fed: readonly Tensor[];
  readonly found: Promise<readonly (readonly ChosenToken[])[]>;
}

/** What steps one after another come to, and the tokens that they fed to each other. */
interface Steps {
  readonly logits: Tensor;
  readonly layers: LayerState[];
  readonly positions?: Tensor;
  /** by the last one; the report is that of all */
  readonly chosen?: Chosen;
  readonly fed: Tensor[];
}

export interface DecodeQueueOptions {
  /** Whether the host constrains every choice: then no step starts before it has. */
  readonly constrained: boolean;
  /** most steps enqueued beyond the token waited for, and once tokens come fast: two bursts */
  readonly ahead: number;
  readonly fastAhead: number;
  /** steps of a burst, whatever the time they take; for tests. Default: as {@link BurstPace} says */
  readonly burst?: number;
}

/** A queue of steps; the tokens of the first are read next. It owns the chooser. */
export class DecodeQueue {
  readonly #chooser: TokenChooser;
  readonly #options: DecodeQueueOptions;
  readonly #steps: Captured<[Tensor, LayerState[], Tensor | undefined, number], Steps>;
  readonly #queue: Position[] = [];
  /** steps of the first position's burst whose tokens were read */
  #within = 0;
  readonly #pace: BurstPace;
  /** pending reads of dropped steps */
  readonly #unread = new Set<Promise<unknown>>();

  constructor(model: GeneratingModel, chooser: TokenChooser, options: DecodeQueueOptions) {
    this.#chooser = chooser;
    this.#options = options;
    this.#pace = new BurstPace(options.fastAhead);
    const steps = (first: Tensor, layers: LayerState[], positions: Tensor | undefined, count: number): Steps => {
      let next = model.stepLayers(first, layers, positions);
      if (options.constrained) return { ...next, fed: [] };
      const chosen = [chooser.choose(next.logits, first)];
      while (chosen.length < count) {
        const { ids } = chosen.at(-1)!;
        next = model.stepLayers(ids, next.layers, next.positions);
        chosen.push(chooser.choose(next.logits, ids));
      }
      const ids = chosen.map((one) => one.ids);
      const reports = chosen.map((one) => one.report);
      const report = count === 1 ? reports[0]! : concat(reports, 0);
      return { ...next, chosen: { ids: ids.pop()!, report }, fed: ids };
    };
    // Only a Module can be watched; any other model runs on the host at every step.
    const watched = model instanceof Module ? { stamp: watchModule(model) } : {};
    this.#steps = capture(steps, watched);
  }

  /**
   * Begins with what the prompts came to, which it owns from now on, once the device has compiled what a step takes.
   *
   * @param fed the token that each row was fed last, where generation continues from the state alone
   */
  async begin(start: Standing, fed: Tensor | undefined, compiling: PrecompileOptions): Promise<void> {
    const { constrained } = this.#options;
    this.#append(start, undefined);
    if (start.logits.device.precompile) await this.#compile(start, fed, compiling);
    if (!constrained) this.#choose(this.#queue[0]!, this.#chooser.choose(start.logits, fed));
  }

  async #compile({ logits, state }: Standing, fed: Tensor | undefined, options: PrecompileOptions): Promise<void> {
    state.reserve(1);
    const ids = tensor(new Int32Array(logits.shape[0]!), { device: logits.device });
    try {
      const step = this.#steps.precompile([ids, [...state.layers], state.positions, 1], options);
      // What a constraint allows is known at each choice only.
      const choice = this.#options.constrained
        ? undefined
        : precompile((scores: Tensor, last?: Tensor) => this.#chooser.choose(scores, last), [logits, fed], options);
      await Promise.all([step, choice]);
    } finally {
      ids.dispose();
    }
  }

  /**
   * The state and logits of the first step. Within a burst they are computed again, from the last that were kept; steps beyond are dropped then, so nothing can
   * be chosen any more.
   */
  settle(): Standing {
    const [first] = this.#queue as [Position];
    if (this.#within === 0) return first;
    for (const later of this.#queue.splice(1)) this.#drop(later);
    const fed = [first.chosen!.ids, ...first.burst!.fed].slice(0, this.#within);
    let last: Position = first;
    for (const ids of fed) {
      const { fed: _none, ...next } = this.#next(last, ids, 1);
      if (last !== first) this.#drop(last);
      last = next;
    }
    this.#drop(first);
    this.#within = 0;
    this.#queue[0] = last;
    return last;
  }

  /** The tokens of the first step. @param allowed of a constrained queue, what each row may choose from */
  found(allowed?: readonly (Iterable<number> | undefined)[]): Promise<readonly ChosenToken[]> {
    const first = this.#queue[0]!;
    const within = this.#within;
    if (within > 0) return first.burst!.found.then((steps) => steps[within - 1]!);
    if (!first.chosen) {
      const bits = allowed && this.#chooser.allowed(allowed);
      try {
        this.#choose(first, this.#chooser.choose(first.logits, undefined, bits));
      } finally {
        bits?.dispose();
      }
    }
    return first.found!;
  }

  /** Enqueues steps until as many follow the first one as may be ahead, at most `most`. */
  fill(most: number): void {
    for (;;) {
      const steps = this.#options.burst ?? this.#pace.steps(most, this.#queue.at(-1)!.state);
      const ahead = steps > 1 ? this.#options.fastAhead : this.#options.ahead;
      const room = Math.min(ahead, most) - this.#ahead;
      if (room >= steps) this.#feed(steps);
      else if (room > 0 && most < ahead) this.#feed(1);
      else return;
    }
  }

  /** Moves on to the step after the tokens of the first. */
  advance(): void {
    this.#pace.count();
    if (this.#within < (this.#queue[0]!.burst?.fed.length ?? 0)) {
      this.#within++;
      return;
    }
    if (this.#queue.length === 1) this.#feed(1);
    this.#within = 0;
    this.#drop(this.#queue.shift()!);
  }

  /** Steps enqueued beyond the first one. */
  get #ahead(): number {
    const steps = this.#queue.reduce((count, { burst }) => count + 1 + (burst?.fed.length ?? 0), 0);
    return steps - 1 - this.#within;
  }

  /** Frees everything and awaits the pending reads: an error that the device reported to one of them is raised here. */
  async dispose(): Promise<void> {
    for (const position of this.#queue.splice(0)) this.#drop(position);
    this.#steps.dispose();
    this.#chooser.dispose();
    await Promise.all(this.#unread);
  }

  /** Enqueues one step, or a burst of them. */
  #feed(steps: number): void {
    const last = this.#queue.at(-1)!;
    const { fed, chosen, ...next } = this.#next(last, last.chosen!.ids, steps);
    if (steps === 1) return this.#append(next, chosen);
    const found = this.#chooser.read(chosen!).then((tokens) => {
      const rows = tokens.length / steps;
      return Array.from({ length: steps }, (_, i) => tokens.slice(i * rows, (i + 1) * rows));
    });
    found.catch(() => undefined); // as in `#choose`
    last.burst = { fed, found };
    this.#queue.push({ ...next, chosen: chosen!, found: found.then((tokens) => tokens.at(-1)!) });
    this.#queue.at(-1)!.found!.catch(() => undefined);
  }

  /** What so many steps make of the state at a position. */
  #next({ state }: Position, ids: Tensor, count: number): Omit<Steps, "layers" | "positions"> & Standing {
    state.reserve(count); // outside of the captured steps
    const { layers, positions, ...next } = this.#steps(ids, [...state.layers], state.positions, count);
    return { ...next, state: state.after({ layers, positions }, count) };
  }

  #append({ logits, state }: Standing, chosen: Chosen | undefined): void {
    const position: Position = { logits, state };
    this.#queue.push(position);
    if (chosen) this.#choose(position, chosen);
  }

  #choose(position: Position, chosen: Chosen): void {
    // The copy to the host is queued here, before any later step.
    const found = this.#chooser.read(chosen);
    found.catch(() => undefined); // no unhandled rejection: its reader gets the error, here or in `dispose`
    Object.assign(position, { chosen, found });
  }

  #drop({ logits, state, chosen, found, burst }: Position): void {
    for (const held of [logits, state, chosen?.ids, chosen?.report, ...(burst?.fed ?? [])]) held?.dispose();
    for (const read of [found, burst?.found]) {
      if (!read) continue;
      this.#unread.add(read);
      read.then(
        () => this.#unread.delete(read),
        () => undefined,
      );
    }
  }
}
