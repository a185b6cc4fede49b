// Names of tensors without what wrappers of models leave in them: DistributedDataParallel, torch.compile, and FSDP, which wrap the model or parts of it.

const WRAPPERS: ReadonlySet<string> = new Set([
  "module",
  "_orig_mod",
  "_fsdp_wrapped_module",
  "_checkpoint_wrapped_module",
]);

/** `module._orig_mod.model.norm.weight` → `model.norm.weight`. */
export function unwrappedName(name: string): string {
  return name
    .split(".")
    .filter((part) => !WRAPPERS.has(part))
    .join(".");
}
