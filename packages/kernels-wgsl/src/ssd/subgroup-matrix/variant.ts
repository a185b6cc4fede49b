// The products of the scan by subgroup matrices: operands rounded to f16, sums in f32.
import type { SsdSpec, TokenStrides } from "@x/base";
import type { Caps } from "../../caps.ts";
import type { SsdTuning } from "../../tuning/table.ts";
import { tileThreads } from "../tiles/tile.ts";
import type { SsdVariant } from "../variant.ts";
import { scoresBackwardMatrix, xBackwardMatrix } from "./backward.ts";
import { bcBackwardMatrix, bcBytes, bcShares } from "./bc-backward.ts";
import { chunkScanMatrix, chunkScoresMatrix, chunkStateMatrix } from "./forward.ts";
import { stateWalk } from "./states.ts";
import { type Finish, matrixBytes, type MatrixConfig, matrixShares } from "./tile.ts";

/** With fewer channels or state columns most of a 16 × 16 block would be padding. */
const minLines = 16;

/** Buffers of tokens that the kernels read number by number. */
const single: readonly string[] = ["dt", "gradDt"];

/**
 * The variant for a device with subgroup matrices, where p, n and the strides of what is read by fours are multiples of 4
 * and there is enough workgroup memory; otherwise undefined.
 */
export function subgroupMatrixVariant(
  { b, l, h, p, n, strides = {} }: SsdSpec,
  caps: Caps,
  { chunkLength: q, matrix }: SsdTuning,
): SsdVariant | undefined {
  if (!matrix || p % 4 !== 0 || n % 4 !== 0 || Math.min(p, n) < minLines) return undefined;
  const byFours = ([name, { batch, token }]: [string, TokenStrides]): boolean =>
    single.includes(name) || (batch % 4 === 0 && token % 4 === 0);
  if (!Object.entries(strides).every(byFours)) return undefined;
  const whole = [l, p, n].every((size) => size % q === 0);
  const shared = { q, depth: matrix.depth, subgroupSize: caps.subgroupMinSize, whole };
  const wide = { ...shared, threads: matrix.threads };
  // For the kernel that goes on with the finished tile in registers, laid out as those of `tiles/`: all steps at once.
  const registers = { ...shared, depth: q, threads: tileThreads(q) };
  const fits = (config: MatrixConfig, finish: Finish): boolean =>
    matrixShares(config) &&
    matrixBytes(config, finish) <= caps.maxComputeWorkgroupStorageSize &&
    config.threads <= caps.maxComputeInvocationsPerWorkgroup;
  if (!fits(wide, "rows") || !fits(registers, "registers") || !fits({ ...wide, depth: q }, "registers"))
    return undefined;
  if (!bcShares(wide) || bcBytes(wide) > caps.maxComputeWorkgroupStorageSize) return undefined;
  const states = matrix.halfStates ? { halfStates: true as const } : {};
  const walks = b * h * Math.ceil(p / q) * Math.ceil(n / q) >= matrix.walks;
  return {
    ...(walks && { stateWalk: (flags) => ({ kernel: stateWalk, config: { ...wide, ...states, ...flags } }) }),
    halfStates: matrix.halfStates ?? false,
    chunkState: () => ({ kernel: chunkStateMatrix, config: { ...wide, ...states } }),
    chunkScores: () => ({ kernel: chunkScoresMatrix, config: wide }),
    chunkScan: (flags) => ({ kernel: chunkScanMatrix, config: { ...wide, ...states, ...flags } }),
    xBackward: (flags) => ({ kernel: xBackwardMatrix, config: { ...wide, ...states, ...flags } }),
    scoresBackward: (flags) => ({ kernel: scoresBackwardMatrix, config: { ...registers, ...flags } }),
    bcBackward: (side) => ({ kernel: bcBackwardMatrix, config: { ...wide, ...states, side } }),
  };
}
