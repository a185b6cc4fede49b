// What a conversation's model has read: one line of tokens, and the states at some of its places. A next prompt that begins as the line does is read from there on.
import type { State } from "../state/state.ts";

/** A place in a line. */
export interface Place {
  /** how many tokens the state has read */
  readonly length: number;
  readonly state: State;
}

/** How many places keep their states: the end of the last reply, the beginnings of it and of the one before. */
const MOST_PLACES = 3;

/** The tokens read, and states to go on from. It owns the states. */
export class ReadLine {
  #ids: readonly number[] = [];
  #places: Place[] = [];

  get ids(): readonly number[] {
    return this.#ids;
  }

  /** The last place; undefined when nothing was read. */
  get last(): Place | undefined {
    return this.#places.at(-1);
  }

  /** The place to read a prompt from: the last whose tokens the prompt begins with, and which leaves a token to read. */
  placeFor(prompt: readonly number[]): Place | undefined {
    const most = Math.min(this.#common(prompt), prompt.length - 1);
    return this.#places.findLast(({ length }) => length <= most);
  }

  /** Leaves what the prompt does not begin with, and adds the state after all of it or its beginning. */
  add(prompt: readonly number[], place: Place): void {
    const common = this.#common(prompt);
    const kept = this.#places.filter(({ length }) => length <= common && length < place.length);
    const places = [...kept, place].slice(-MOST_PLACES);
    for (const { state } of this.#places) if (!places.some((one) => one.state === state)) state.dispose();
    [this.#ids, this.#places] = [prompt, places];
  }

  dispose(): void {
    for (const { state } of this.#places) state.dispose();
    [this.#ids, this.#places] = [[], []];
  }

  #common(prompt: readonly number[]): number {
    const at = this.#ids.findIndex((id, i) => prompt[i] !== id);
    return at < 0 ? this.#ids.length : at;
  }
}
