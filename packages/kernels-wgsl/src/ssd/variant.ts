// The products of the scan have two implementations: f32 tiles in workgroup memory (`tiles/`) and f16 subgroup matrices
// (`subgroup-matrix/`). A variant holds the kernels of one of them. Both bind the same buffers and uniforms on the same
// grids, so the programs do not depend on the variant.
import type { Kernel } from "../kernel.ts";
import type { SkipUniform } from "./formulas.ts";
import type { BlockUniform, SizeUniform, TokenUniform } from "./uniforms.ts";

/** A kernel and the configuration to use it with. */
export interface Configured<B extends string, U extends string> {
  readonly kernel: Kernel<B, U>;
  readonly config: unknown;
}

/** The matrix-shaped kernels of the scan. The numbers are the equations of README.md. */
export interface SsdVariant {
  /** States and their gradients are f16, packed in pairs. */
  readonly halfStates: boolean;
  /** (4) with x and B, or (12), backward, with gradY and C in their place */
  chunkState(): Configured<"steps" | "x" | "B" | "states", SizeUniform | "backward" | TokenUniform<"x" | "B">>;
  /** (6) */
  chunkScores(): Configured<"C" | "B" | "scores", SizeUniform | TokenUniform<"C" | "B">>;
  /** (7) and, where `z`, (8) */
  chunkScan(flags: {
    readonly D: boolean;
    readonly z: boolean;
  }): Configured<
    "steps" | "scores" | "x" | "C" | "states" | "D" | "z" | "y",
    SizeUniform | SkipUniform | TokenUniform<"x" | "C" | "z" | "y">
  >;
  /** (14) */
  xBackward(flags: {
    readonly D: boolean;
  }): Configured<
    "steps" | "scores" | "B" | "gradStates" | "gradY" | "D" | "gradX",
    SizeUniform | SkipUniform | TokenUniform<"B" | "gradY" | "gradX">
  >;
  /** (15)–(17) and, where `D`, what (20) adds up */
  scoresBackward(flags: {
    readonly D: boolean;
  }): Configured<
    "steps" | "scores" | "x" | "gradY" | "gradScores" | "intra" | "skips",
    SizeUniform | BlockUniform | "cells" | TokenUniform<"x" | "gradY">
  >;
  /** (18) or (19) */
  bcBackward(
    side: "B" | "C",
  ): Configured<
    "steps" | "x" | "states" | "own" | "gradScores" | "other" | "gradOwn" | "rowDots",
    | SizeUniform
    | BlockUniform
    | "cells"
    | "out_batch_start"
    | "block_stride"
    | "dots_start"
    | TokenUniform<"x" | "own" | "other" | "gradOwn">
  >;
}
