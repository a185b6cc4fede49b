// The scan's kernels on subgroup matrices, loaded when a device may use them: no other page pays for their text.
import { KernelError } from "@x/base";
import type { subgroupMatrixVariant } from "./subgroup-matrix/variant.ts";

let loaded: typeof subgroupMatrixVariant | undefined;

/**
 * Loads the kernels of the scan on subgroup matrices. Plans of `ssd` and `ssdBackward` that may round to f16, for
 * devices with such matrices, need them; `requestRunner` with `matmulPrecision: "f16"`, and `webgpuDevice` of `@x/tensor`,
 * load them themselves.
 *
 * @example
 * await loadMatrixScan();
 * const { dispatches } = ssd.program({ b: 1, l: 64, h: 2, p: 64, g: 1, n: 64 }, baseCaps, { precision: "f16" });
 * console.log(dispatches.length); // 5
 */
export async function loadMatrixScan(): Promise<void> {
  loaded = (await import("./subgroup-matrix/variant.ts")).subgroupMatrixVariant;
}

/** What {@link loadMatrixScan} loaded. @throws KernelError before that */
export function matrixVariant(): typeof subgroupMatrixVariant {
  if (loaded) return loaded;
  throw new KernelError(
    'ssd: products on subgroup matrices need their kernels: await loadMatrixScan() of @x/kernels-wgsl before, or say precision: "f32".',
  );
}
