// The products of the scan by subgroup matrices: operands rounded to f16, sums in f32.
import type { SsdSpec } from "@x/base";
import type { Caps } from "../../caps.ts";
import { hasSubgroupMatrices } from "../../matmul/subgroup-matrix/instructions.ts";
import type { SsdTuning } from "../../tuning/table.ts";
import { tileThreads } from "../tiles/tile.ts";
import type { SsdVariant } from "../variant.ts";
import { bcBackwardMatrix, scoresBackwardMatrix, xBackwardMatrix } from "./backward.ts";
import { chunkScanMatrix, chunkScoresMatrix, chunkStateMatrix } from "./forward.ts";
import { type Finish, matrixBytes, type MatrixConfig, matrixShares } from "./tile.ts";

/** With fewer channels or state columns most of a 16 × 16 block would be padding. */
const minLines = 16;

/**
 * The variant where products may round to f16, p and n are multiples of 4, and the device has subgroup matrices and
 * enough workgroup memory; otherwise undefined.
 */
export function subgroupMatrixVariant(
  { p, n }: SsdSpec,
  caps: Caps,
  precision: "f32" | "f16" | undefined,
  { chunkLength: q, matrix }: SsdTuning,
): SsdVariant | undefined {
  if (
    precision !== "f16" ||
    !matrix ||
    p % 4 !== 0 ||
    n % 4 !== 0 ||
    Math.min(p, n) < minLines ||
    !hasSubgroupMatrices(caps)
  )
    return undefined;
  const shared = { q, depth: matrix.depth, subgroupSize: caps.subgroupMinSize };
  const wide = { ...shared, threads: matrix.threads };
  // For kernels that go on with the finished tile in registers, laid out as those of `tiles/`.
  const registers = { ...shared, threads: tileThreads(q) };
  const fits = (config: MatrixConfig, finish: Finish): boolean =>
    matrixShares(config) &&
    matrixBytes(config, finish) <= caps.maxComputeWorkgroupStorageSize &&
    config.threads <= caps.maxComputeInvocationsPerWorkgroup;
  if (!fits(wide, "rows") || !fits(registers, "registers")) return undefined;
  const states = matrix.halfStates ? { halfStates: true as const } : {};
  const whole = p % q === 0 && n % q === 0;
  return {
    halfStates: matrix.halfStates ?? false,
    chunkState: () => ({ kernel: chunkStateMatrix, config: { ...wide, ...states, whole } }),
    chunkScores: () => ({ kernel: chunkScoresMatrix, config: wide }),
    chunkScan: (flags) => ({ kernel: chunkScanMatrix, config: { ...wide, ...states, ...flags } }),
    xBackward: (flags) => ({ kernel: xBackwardMatrix, config: { ...wide, ...states, ...flags } }),
    scoresBackward: (flags) => ({ kernel: scoresBackwardMatrix, config: { ...registers, ...flags } }),
    bcBackward: (side) => ({ kernel: bcBackwardMatrix, config: { ...registers, ...states, side } }),
  };
}
