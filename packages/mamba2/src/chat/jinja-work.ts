// What rendering one template may cost. Templates come with models, from anywhere: one that would run for hours or fill the memory is stopped with a sentence.
import { ConfigError } from "@x/tensor/core";

/** Steps of one rendering; a long conversation takes thousands. */
const MOST_STEPS = 2_000_000;
/** Characters of any text, elements of any list. */
const MOST_LENGTH = 2 ** 22;
/** Characters or elements that are handled in the time of one step. */
const PER_STEP = 16;

/** Counts the work of one rendering. */
export class JinjaWork {
  #steps = 0;

  /** Counts a step that handles so many characters or elements. @throws ConfigError when it is too much */
  spend(length = 0): void {
    this.limit(length);
    this.#steps += 1 + length / PER_STEP;
    if (this.#steps > MOST_STEPS) this.#refuse(`at most ${MOST_STEPS} steps`, "more: it may never end");
  }

  /** Raises about a text or list that is too long. @throws ConfigError */
  limit(length: number): void {
    if (length > MOST_LENGTH) this.#refuse(`texts and lists of at most ${MOST_LENGTH} characters or elements`, length);
  }

  #refuse(what: string, got: string | number): never {
    throw new ConfigError(`chat template: must take ${what}; this one makes ${got}.`, { field: "template", got });
  }
}
