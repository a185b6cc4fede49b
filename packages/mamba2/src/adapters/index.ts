// The public surface of "@x/mamba2/adapters": low-rank adapters of a model. Pages without adapters do not hold it.
export { Adapter, type AdaptedModule, type AdaptedWeight } from "./adapter.ts";
export { adaptersOf, addAdapter, removeAdapter, useAdapter } from "./attach.ts";
export type { AdapterConfig, AdapterOptions, ModuleNames, NumberPattern } from "./config.ts";
export { mergeAdapter, unmergeAdapter } from "./merge.ts";
export { type AdapterTensor, adapterTensors } from "./peft-tensors.ts";
export type { AdaptableModule, ModuleKind } from "./modules.ts";
export { loadAdapter, type LoadAdapterOptions, saveAdapter, type SaveAdapterOptions } from "./files.ts";
