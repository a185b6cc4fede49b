// What a model loads when it is to write: ids, texts, whole results, and the steps that these take. One module, so that a bundler makes one chunk of it.
import "../step-part.ts";

export { complete } from "./complete.ts";
export { generateIds } from "./generate.ts";
export { generateText } from "./generate-text.ts";
