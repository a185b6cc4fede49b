// A queue of decoding steps: the step whose tokens the host reads next, and later ones that the device already runs on tokens that the host has not read yet.
import { Module, watchModule } from "@x/nn";
import { capture, type Captured, precompile, type PrecompileOptions, type Tensor, tensor } from "@x/tensor/core";
import type { Chosen, ChosenToken, TokenChooser } from "./chooser.ts";
import type { GeneratingModel } from "./generating-model.ts";
import type { LayerState } from "../state.ts";
import type { Standing } from "./start.ts";

/** The result of a step: the state after its tokens, the logits of the next ones, and these tokens once they are chosen. */
interface Position extends Standing {
  chosen?: Chosen;
  /** what was chosen, on its way to the host */
  found?: Promise<readonly ChosenToken[]>;
}

interface Step {
  readonly logits: Tensor;
  readonly layers: LayerState[];
  readonly positions?: Tensor;
  readonly chosen?: Chosen;
}

export interface DecodeQueueOptions {
  /** Whether the host constrains every choice: then no step starts before it has. */
  readonly constrained: boolean;
  /** most steps enqueued beyond the token waited for */
  readonly ahead: number;
}

/** A queue of steps; the tokens of the first are read next. It owns the chooser. */
export class DecodeQueue {
  readonly #chooser: TokenChooser;
  readonly #options: DecodeQueueOptions;
  readonly #step: Captured<[Tensor, LayerState[], Tensor | undefined], Step>;
  readonly #queue: Position[] = [];
  /** pending reads of dropped steps */
  readonly #unread = new Set<Promise<unknown>>();

  constructor(model: GeneratingModel, chooser: TokenChooser, options: DecodeQueueOptions) {
    this.#chooser = chooser;
    this.#options = options;
    const step = (ids: Tensor, layers: LayerState[], positions: Tensor | undefined): Step => {
      const next = model.stepLayers(ids, layers, positions);
      return { ...next, ...(!options.constrained && { chosen: chooser.choose(next.logits, ids) }) };
    };
    // Only a Module can be watched; any other model runs on the host at every step.
    this.#step = capture(step, model instanceof Module ? { stamp: watchModule(model) } : {});
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
      const step = this.#step.precompile([ids, [...state.layers], state.positions], options);
      // What a constraint allows is known at each choice only.
      const choice = this.#options.constrained
        ? undefined
        : precompile((scores: Tensor, last?: Tensor) => this.#chooser.choose(scores, last), [logits, fed], options);
      await Promise.all([step, choice]);
    } finally {
      ids.dispose();
    }
  }

  /** The state and logits of the first step. */
  get first(): Standing {
    return this.#queue[0]!;
  }

  /** The tokens of the first step. @param allowed of a constrained queue, what each row may choose from */
  found(allowed?: readonly (Iterable<number> | undefined)[]): Promise<readonly ChosenToken[]> {
    const first = this.#queue[0]!;
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

  /** Enqueues steps until `ahead` (at most `most`) follow the first one. */
  fill(most: number): void {
    while (this.#queue.length - 1 < Math.min(this.#options.ahead, most)) this.#feed();
  }

  /** Moves on to the step after the tokens of the first. */
  advance(): void {
    if (this.#queue.length === 1) this.#feed();
    this.#drop(this.#queue.shift()!);
  }

  /** Frees everything and awaits the pending reads: an error that the device reported to one of them is raised here. */
  async dispose(): Promise<void> {
    for (const position of this.#queue.splice(0)) this.#drop(position);
    this.#step.dispose();
    this.#chooser.dispose();
    await Promise.all(this.#unread);
  }

  #feed(): void {
    const last = this.#queue.at(-1)!;
    const { state } = last;
    state.reserve(1); // outside of the captured step
    const { logits, chosen, ...next } = this.#step(last.chosen!.ids, [...state.layers], state.positions);
    this.#append({ logits, state: state.after(next, 1) }, chosen);
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

  #drop({ logits, state, chosen, found }: Position): void {
    for (const held of [logits, state, chosen?.ids, chosen?.report]) held?.dispose();
    if (!found) return;
    this.#unread.add(found);
    found.then(
      () => this.#unread.delete(found),
      () => undefined,
    );
  }
}
