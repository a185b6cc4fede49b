// What a model loads when it is to write: ids, texts, whole results, the steps that these take, and what tells it from others for the files of its states. One module, so that a bundler makes one chunk of it.
import "../model/step-part.ts";

export { complete } from "./complete.ts";
export { generateIds } from "./generate.ts";
export { generateText } from "./generate-text.ts";
export { identityOf } from "../hashes/model-identity.ts";
