// JavaScript, since TypeScript wraps an import of a variable in a helper and the bundlers' comments with it. A variable and the comments keep bundlers from resolving
// a package that may not be there, and that no page can run.

export function importWebGPU() {
  const packageName = "webgpu";
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ packageName);
}
