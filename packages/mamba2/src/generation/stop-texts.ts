// Texts that end a generation, found in a stream of pieces wherever the pieces are cut.

/** Half of a surrogate pair is no character of any text, and would never be found. */
export const isStopText = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && !/\p{Surrogate}/u.test(value);

/** Gives out a stream up to the first of some texts that is complete; what may be a beginning of one waits. */
export class StopTexts {
  readonly #stops: readonly string[];
  #held = "";
  #found = false;

  constructor(stops: string | readonly string[]) {
    this.#stops = typeof stops === "string" ? [stops] : stops;
  }

  /** Whether a text was complete: the stream has ended. */
  get found(): boolean {
    return this.#found;
  }

  /** What can be given out after `text` came. */
  push(text: string): string {
    if (this.#found) return "";
    const seen = this.#held + text;
    let [start, end] = [0, Infinity];
    for (const stop of this.#stops) {
      const at = seen.indexOf(stop);
      const stopEnd = at + stop.length;
      if (at < 0 || stopEnd > end || (stopEnd === end && at >= start)) continue;
      [start, end] = [at, stopEnd];
    }
    this.#found = end < Infinity;
    const waiting = this.#found ? 0 : Math.max(0, ...this.#stops.map((stop) => overlap(seen, stop)));
    this.#held = seen.slice(seen.length - waiting);
    return this.#found ? seen.slice(0, start) : seen.slice(0, seen.length - waiting);
  }

  /** What is left when nothing follows. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}

/** How many characters at the end of `text` are a beginning of `word`, not the whole of it. */
export function overlap(text: string, word: string): number {
  for (let length = Math.min(text.length, word.length - 1); length > 0; length--)
    if (word.startsWith(text.slice(text.length - length))) return length;
  return 0;
}
