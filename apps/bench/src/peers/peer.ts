// What the bench asks of a peer: to make a computation ready, run it, wait for it, and give the result to be checked.

/** Host data of an operand. */
export interface DuelInput {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * Computations that are compared. All f32.
 *
 * `chain` and `chain_eager` are 200 dependent products of a vector with a small matrix, recorded or compiled as a whole, or op by op.
 * `ssd` is the selective scan; `ssd_grad` the sum of its output times given weights, with the gradients of all five operands.
 */
export type FunctionOp =
  | "matmul"
  | "softmax"
  | "layer_norm"
  | "rms_norm"
  | "silu_mul_add"
  | "conv1d_silu"
  | "cumsum"
  | "rows"
  | "sum"
  | "ssd"
  | "ssd_grad"
  | "state_step"
  | "chain"
  | "chain_eager";

/** Training steps: loss, gradients and AdamW update, over and over on one batch. */
export type TrainOp = "train_mlp" | "train_mamba2";

export type DuelOp = FunctionOp | TrainOp;

/** What a training step is made with. */
export interface Training {
  /** AdamW with β 0.9 and 0.95 and eps 1e-8 */
  readonly lr: number;
  readonly weightDecay: number;
  /** names of the parameters that decay */
  readonly decayed: readonly string[];
  /** steps whose losses must agree with the oracle's */
  readonly checkedSteps: number;
  /** sizes of a Mamba-2 model: fields of its configuration, groups 1 */
  readonly model?: Mamba2Sizes;
}

export interface Mamba2Sizes {
  readonly dModel: number;
  readonly nLayer: number;
  readonly vocabSize: number;
  readonly headDim: number;
  readonly dState: number;
}

export interface DuelCase {
  readonly id: string;
  readonly op: DuelOp;
  /** of a training step: its parameters by name, and `tokens` and `targets` [b, l] */
  readonly inputs: Readonly<Record<string, DuelInput>>;
  readonly training?: Training;
  /** the time shown is that of one call divided by this */
  readonly parts?: number;
  /** something beside which our own time is put, on devices that have it */
  readonly yardstick?: "layer_projections" | "bare_webgpu";
}

/** A computation made ready. */
export interface PeerCall {
  run(): void | Promise<void>;
  /** resolves when everything run so far is done on the device */
  sync(): Promise<void>;
  /** the outputs of one call; of a training step, asked for once before it is run: the losses of its first steps */
  result(): Promise<readonly ArrayLike<number>[]>;
  dispose(): void;
}

/** What a peer's own arrays have in common. */
interface Output {
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A function made ready whose outputs are freed after every call. */
export function functionCall(
  call: () => readonly Output[],
  { sync, dispose }: Pick<PeerCall, "sync" | "dispose">,
): PeerCall {
  const free = (outputs: readonly Output[]): void => {
    for (const output of outputs) output.dispose();
  };
  return {
    run: () => free(call()),
    sync,
    async result() {
      const outputs = call();
      const data = await Promise.all(outputs.map((output) => output.data()));
      free(outputs);
      return data;
    },
    dispose,
  };
}

/** The result of a training step: the losses of its first steps. */
export async function firstLosses(
  { checkedSteps }: Training,
  step: () => Promise<number>,
): Promise<readonly ArrayLike<number>[]> {
  const losses: number[] = [];
  while (losses.length < checkedSteps) losses.push(await step());
  return [losses];
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

/** Dependent products in a chain. */
export const chainLength = 200;

export const adamBetas: readonly [number, number] = [0.9, 0.95];
export const adamEps = 1e-8;
export const normEps = 1e-5;

/** The parameters among the inputs of a training step. */
export function parametersOf(duel: DuelCase): Record<string, DuelInput> {
  const { tokens: _tokens, targets: _targets, ...parameters } = duel.inputs;
  return parameters;
}

export function isTraining(op: DuelOp): op is TrainOp {
  return op === "train_mlp" || op === "train_mamba2";
}
