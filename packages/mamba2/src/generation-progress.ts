// What a state carries besides the tensors of its layers, so that generation continues from it exactly.
import type { Tensor } from "@x/tensor/core";
import { TokenHistory } from "./token-history.ts";

/** What generation needs to go on from a state as if it had never stopped. */
export interface Progress {
  /** Scores of the token that follows [b, v]; the state owns them. undefined before any token. */
  readonly logits?: Tensor | undefined;
  /** the tokens read; undefined where they came as a tensor */
  readonly history?: TokenHistory | undefined;
  /** how many tokens were drawn: the place in the streams of random numbers */
  readonly drawn: number;
  /** the seed of these streams, once something was drawn */
  readonly seed?: number | undefined;
}

/** What generation goes on from after tokens: their scores, and a history where they came as numbers. */
export function progressAfter(
  before: Progress | undefined,
  logits: Tensor,
  rows: readonly (readonly number[])[] | undefined,
): Progress {
  const history = before ? before.history : TokenHistory.empty(logits.shape[0]!);
  return {
    drawn: before?.drawn ?? 0,
    seed: before?.seed,
    logits,
    history: rows && history?.append(rows),
  };
}
