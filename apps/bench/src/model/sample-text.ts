// Something to learn from when nothing was pasted: a small grammar's sentences, the same ones every time.
import { hostUniform } from "@x/tensor/core";

const words = {
  who: [
    "The gate",
    "The scan",
    "A kernel",
    "The state",
    "The head",
    "A token",
    "The decay",
    "The buffer",
    "The model",
    "A gradient",
  ],
  does: ["reads", "keeps", "adds", "carries", "forgets", "moves", "writes", "meets", "follows", "weighs"],
  what: [
    "the next chunk",
    "a small sum",
    "every channel",
    "the last row",
    "its own tile",
    "two halves",
    "the long prompt",
    "what came before",
    "one more step",
    "the same bytes",
  ],
  when: [
    "in order",
    "at once",
    "before the norm",
    "after the scan",
    "without waiting",
    "from left to right",
    "on every device",
    "again and again",
  ],
} as const;

/** About 40 kB of text. */
export function sampleText(): string {
  return Array.from({ length: 900 }, (_, i) => {
    const draws = hostUniform({ seed: 7, stream: 1 }, 4, 4 * i);
    const parts = Object.values(words).map((list, part) => list[Math.floor(draws[part]! * list.length)]!);
    return `${parts.join(" ")}.${i % 6 === 5 ? "\n" : " "}`;
  }).join("");
}
