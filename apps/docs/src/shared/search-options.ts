// What is indexed, and how words are taken apart: the build, which writes the index, and the page, which reads it, must agree.
import type { Options } from "minisearch";

/** A passage as it is indexed. */
export interface Passage {
  readonly id: number;
  readonly url: string;
  /** of the page */
  readonly page: string;
  /** heading of the passage, or name of an export */
  readonly title: string;
  readonly text: string;
}

/** What builds and reads the index must agree on. A name is found whole and by its parts: `rmsNorm` by "norm". */
export const searchOptions: Options<Passage> = {
  fields: ["title", "page", "text"],
  storeFields: ["url", "page", "title"],
  searchOptions: { prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false), boost: { title: 4, page: 2 } },
  tokenize: (text) => text.split(/[\s\p{P}`$+=<>|]+/u).flatMap((word) => [word, ...wordsWithin(word)]),
};

function wordsWithin(word: string): string[] {
  const parts = word.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  return parts.length > 1 ? parts : [];
}
