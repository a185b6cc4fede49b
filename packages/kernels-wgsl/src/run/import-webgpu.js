// JavaScript, since TypeScript wraps an import of a variable in a helper and the bundlers' comments with it. A variable and the comments keep bundlers from resolving
// a package that may not be there, and that no page can run.

export function importWebGPU() {
  const packageName = ["web", "gpu"].join(""); // a constant is put in its place by the optimizer of Vite's development server
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ packageName);
}
