// What a state carries besides the tensors of its layers, so that generation continues from it exactly.
import type { Tensor } from "@x/tensor/core";
import { TokenHistory } from "./token-history.ts";

/** Everything besides the layers that generation needs to continue exactly. */
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

/** The progress after more tokens were read: logits of the next ones, and the token history, where the tokens came as numbers. */
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
