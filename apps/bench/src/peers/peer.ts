// What the bench asks of a peer: to make a computation ready, run it, wait for it, and give the result to be checked.

/** Host data of an operand. */
export interface DuelInput {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Computations that are compared. All f32. */
export type DuelOp = "matmul" | "softmax" | "rms_norm" | "layer_norm" | "silu" | "cumsum" | "rows" | "sum" | "train_step" | "state_step";

export interface DuelCase {
  readonly id: string;
  readonly op: DuelOp;
  readonly inputs: Readonly<Record<string, DuelInput>>;
}

/** A computation made ready. */
export interface PeerCall {
  run(): void | Promise<void>;
  /** resolves when everything run so far is done on the device */
  sync(): Promise<void>;
  /** the numbers of one call */
  result(): Promise<Float32Array>;
  dispose(): void;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  /** @throws UnsupportedError when it has no such computation */
  make(duel: DuelCase): Promise<PeerCall>;
}

/** A peer, or why there is none. */
export type PeerSlot = { readonly name: string; readonly peer: Peer } | { readonly name: string; readonly why: string };

/** A computation that a peer does not have. */
export class UnsupportedError extends Error {}

/** Learning rate of the compared training step. */
export const stepSize = 0.1;
