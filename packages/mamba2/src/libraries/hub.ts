// What is taken of @huggingface/hub. Bundlers for pages have the browser build of this file in its place ("imports" in package.json): the library maps its modules for Node to none in a way that
// not all of them know.
export { type ListFileEntry, listFiles, modelInfo } from "@huggingface/hub";
