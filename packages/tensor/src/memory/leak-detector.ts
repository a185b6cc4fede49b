// DEBUG=1 reports tensors that were garbage collected without having been disposed of: their device memory was never
// given back.
import { debugLine } from "../debug.ts";

let registry: FinalizationRegistry<string> | undefined;

/** Starts watching a tensor. Frees nothing. */
export function watchForLeak(tensor: object, description: string): void {
  if (typeof FinalizationRegistry === "undefined") return;
  registry ??= new FinalizationRegistry((leaked) =>
    debugLine(`leak: ${leaked} was garbage collected without dispose(); return it from a scope or dispose of it`),
  );
  registry.register(tensor, description, tensor);
}

/** Stops watching: it was disposed of in time. */
export function unwatchForLeak(tensor: object): void {
  registry?.unregister(tensor);
}
