// The products of the scan as tiles in workgroup memory, in f32. Runs on every device and for every size.
import type { SsdVariant } from "../variant.ts";
import { bcBackward, scoresBackward, xBackward } from "./backward.ts";
import { chunkScan, chunkScores, chunkState } from "./forward.ts";

/** The variant for chunks of `q` tokens. */
export function tilesVariant(q: number): SsdVariant {
  return {
    halfStates: false,
    chunkState: () => ({ kernel: chunkState, config: { q } }),
    chunkScores: () => ({ kernel: chunkScores, config: { q } }),
    chunkScan: (flags) => ({ kernel: chunkScan, config: { q, ...flags } }),
    xBackward: (flags) => ({ kernel: xBackward, config: { q, ...flags } }),
    scoresBackward: (flags) => ({ kernel: scoresBackward, config: { q, ...flags } }),
    bcBackward: (side) => ({ kernel: bcBackward, config: { q, side } }),
  };
}
