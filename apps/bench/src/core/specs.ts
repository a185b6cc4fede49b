// Sizes of tensors in device memory.
import { dtypeBytes, sizeOf, type Spec } from "@x/tensor/core";

/** Bytes a tensor takes on a device: whole 4-byte words, at least one. */
export function storageBytes({ shape, dtype }: Spec): number {
  return Math.max(4, Math.ceil((sizeOf(shape) * dtypeBytes(dtype)) / 4) * 4);
}
