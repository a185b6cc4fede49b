// Plans a scan: chunk length, slices of the batch that fit a buffer binding, and the variant of its products.
import { KernelError, type SsdSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { tuned } from "../tuning/select.ts";
import type { SsdTuning } from "../tuning/table.ts";
import type { Slice, SsdPlan } from "./sizes.ts";
import { tilesVariant } from "./tiles/variant.ts";
import { hasSubgroupMatrices } from "../matmul/subgroup-matrix/instructions.ts";
import { matrixVariant } from "./matrix-variant.ts";

/**
 * Choices of a caller who knows better than the tuning tables: a tuner, or a test of plans that small cases do not
 * reach.
 */
export interface SsdChoice extends Partial<Pick<SsdTuning, "chunkLength" | "matrix">> {
  /** What products may round their operands to; default what the device says. */
  readonly precision?: "f32" | "f16";
  /** Heads that one workgroup of the backward pass sums over; default: as many as leave the device busy. */
  readonly headsPerBlock?: number;
}

/** Plans a scan. @throws KernelError (kind `argument` or `limit`) */
export function planScan(shape: SsdSpec, caps: Caps = baseCaps, choice: SsdChoice = {}): SsdPlan {
  const { b, l, h, p, g, n } = shape;
  for (const [name, size] of Object.entries({ b, l, h, p, g, n })) {
    if (!Number.isInteger(size) || size < 1)
      throw new KernelError(`ssd: ${name} must be a whole number of at least 1; got ${size}.`);
  }
  if (h % g !== 0) throw new KernelError(`ssd: g must divide h; got g = ${g} and h = ${h}.`);
  const tuning = { ...tuned(caps, "ssd"), ...choice };
  const q = tuning.chunkLength;
  const rounds = (choice.precision ?? caps.matmulPrecision) === "f16" && tuning.matrix && hasSubgroupMatrices(caps);
  const matrix = rounds ? matrixVariant()(shape, caps, tuning) : undefined;
  const c = Math.ceil(l / q);
  const stateBytes = 4 * c * h * p * n;
  const stepBytes = 16 * c * q * h;
  const perElement = Math.max(stateBytes, stepBytes);
  const most = caps.maxStorageBufferBindingSize;
  if (perElement > most) {
    throw new KernelError(
      `ssd: the states of one sequence must fit a binding of ${most} bytes (maxStorageBufferBindingSize); ${l} tokens need ${perElement}. ` +
        "Scan it in parts, each from the final state of the one before.",
      { kind: "limit", limit: "maxStorageBufferBindingSize", needed: perElement, available: most },
    );
  }
  const fitting = Math.min(Math.floor(most / perElement), Math.floor(caps.maxComputeWorkgroupsPerDimension / c));
  const sliceSize = Math.min(b, Math.max(1, fitting));
  if (c > caps.maxComputeWorkgroupsPerDimension || h > caps.maxComputeWorkgroupsPerDimension) {
    throw new KernelError(
      `ssd: chunks and heads must each be at most ${caps.maxComputeWorkgroupsPerDimension}; got ${c} chunks and ${h} heads.`,
      {
        kind: "limit",
        limit: "maxComputeWorkgroupsPerDimension",
        needed: Math.max(c, h),
        available: caps.maxComputeWorkgroupsPerDimension,
      },
    );
  }
  const slices: Slice[] = [];
  for (let start = 0; start < b; start += sliceSize) {
    const count = Math.min(sliceSize, b - start);
    slices.push({ start, count, cells: count * c });
  }
  const headsPerGroup = h / g;
  const targetBlocks = Math.min(
    headsPerGroup,
    Math.ceil((matrix ? tuning.matrix! : tuning).targetWorkgroups / (sliceSize * c * g)),
  );
  const headsPerBlock = choice.headsPerBlock ?? Math.ceil(headsPerGroup / targetBlocks);
  return {
    shape,
    q,
    c,
    slices,
    sliceSize,
    headsPerBlock,
    headBlocks: Math.ceil(headsPerGroup / headsPerBlock),
    tilesP: Math.ceil(p / q),
    tilesN: Math.ceil(n / q),
    variant: matrix ?? tilesVariant(q),
    caps,
  };
}
