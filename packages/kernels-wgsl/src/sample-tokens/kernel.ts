// sample_tokens: the next token of each row of logits. The README derives it and counts its memory traffic.
import type { SampleTokensSpec } from "@x/base";
import { baseCaps, type Caps } from "../caps.ts";
import { grid1d, linearConfig } from "../grid.ts";
import { dispatch, type Program, programOf } from "../kernel.ts";
import { sampleTokensChoose, searchLevels } from "./choose.ts";
import { threadsOf } from "./filters.ts";
import { sampleTokensKeys } from "./keys.ts";

function program(spec: SampleTokensSpec, caps: Caps = baseCaps): Program {
  const { rows, cols, pitch, top, width, counts, bias, allowed, probabilities } = spec;
  const [logProbs, linear] = [top >= 0, linearConfig(caps)];
  return programOf(
    [
      dispatch(sampleTokensKeys, {
        config: { counts, bias, allowed, ...linear },
        uniforms: { count: rows * cols, cols, pitch },
        workgroups: grid1d(rows * cols, linear, caps),
      }),
      dispatch(sampleTokensChoose, {
        config: { counts, logProbs, probabilities, threads: threadsOf(caps) },
        uniforms: {
          rows,
          cols,
          pitch,
          levels: searchLevels(cols),
          top: Math.max(0, top),
          width,
        },
        workgroups: grid1d(rows, 1, caps),
      }),
    ],
    { keys: 4 * rows * cols },
  );
}

/**
 * The next token of each row of f32 logits [rows, pitch], by the row's settings f32 [rows, 8] (`sampleSettings`) and its place in a stream of random
 * numbers, draws u32 [rows, 4]; counts i32, bias f32 [rows, pitch] and allowed u32 (a bit per token) where the spec says so. Writes ids and report,
 * moves draws on by one and adds 2 to the count of the token.
 *
 * @example
 * const call = { rows: 1, cols: 256, pitch: 256, top: -1, width: 2, counts: false, bias: false, allowed: false, probabilities: false };
 * console.log(sampleTokens.program(call).dispatches.length); // 2
 */
export const sampleTokens: {
  readonly program: (spec: SampleTokensSpec, caps?: Caps) => Program;
} = { program };
