// The products of the scan have two implementations: f32 tiles in workgroup memory (`tiles/`) and f16 subgroup matrices
// (`subgroup-matrix/`). A variant holds the kernels of one of them. Both bind the same buffers and uniforms on the same
// grids, so the programs do not depend on the variant.
import type { Kernel } from "../kernel.ts";
import type { stateWalk, WalkFlags } from "./subgroup-matrix/states.ts";
import type { bcBackward, scoresBackward, xBackward } from "./tiles/backward.ts";
import type { chunkScan, chunkScores, chunkState } from "./tiles/forward.ts";

/** A kernel and the configuration to use it with. */
export interface Configured<B extends string, U extends string> {
  readonly kernel: Kernel<B, U>;
  readonly config: unknown;
}

/** A kernel with the bindings and uniforms of a tile kernel, and its configuration. */
type Like<K> = K extends Kernel<infer B, infer U, infer _C> ? Configured<B, U> : never;

/** The matrix-shaped kernels of the scan. The numbers are the equations of README.md. */
export interface SsdVariant {
  /** States and their gradients are f16, packed in pairs. */
  readonly halfStates: boolean;
  /** (4) and (5), or (12) and (13), in one, where there are sequences and heads enough to keep the device busy */
  stateWalk?(flags: WalkFlags): Like<typeof stateWalk>;
  /** (4) with x and B, or (12), backward, with gradY and C in their place */
  chunkState(): Like<typeof chunkState>;
  /** (6) */
  chunkScores(): Like<typeof chunkScores>;
  /** (7) and, where `z`, (8) */
  chunkScan(flags: { readonly D: boolean; readonly z: boolean }): Like<typeof chunkScan>;
  /** (14) */
  xBackward(flags: { readonly D: boolean }): Like<typeof xBackward>;
  /** (15)–(17) and, where `D`, what (20) adds up */
  scoresBackward(flags: { readonly D: boolean }): Like<typeof scoresBackward>;
  /** (18) or (19) */
  bcBackward(side: "B" | "C"): Like<typeof bcBackward>;
}
