// What is taken of @huggingface/gguf. Bundlers for pages have the browser build of this file in its place, as of hub.ts.
export { gguf, GGMLQuantizationType } from "@huggingface/gguf";
