// What comes of a choice while it is made: pieces of text, and the probabilities of their tokens.

/** Why a choice ended, in the interface's words. */
export type Finish = "stop" | "length";

/** A token with its probability, as text. */
export interface TokenText {
  readonly text: string;
  readonly logProb: number;
  /** where its text begins in the choice's */
  readonly offset: number;
  readonly top: readonly { readonly id: number; readonly text: string; readonly logProb: number }[];
}

/** What a choice has more; the last says why it ended. */
export interface ChoiceDelta {
  readonly choice: number;
  readonly text: string;
  readonly logProbs: readonly TokenText[];
  /** tokens that were generated for it */
  readonly tokens: number;
  readonly finish: Finish | null;
}
