// State: everything a model remembers of the tokens it has seen, as a value. Nothing changes it; a step returns the next one.
import { describeValue } from "@x/base";
import {
  CheckpointError,
  ConfigError,
  cpuDevice,
  type Device,
  float32ArrayOf,
  readSafetensors,
  reshape,
  sameShape,
  type Shape,
  showShape,
  type Tensor,
  tensor,
  tensorBytes,
  type TensorBytes,
  typedArrayOf,
  writeSafetensors,
  zeros,
} from "@x/tensor/core";
import type { Mamba2Config } from "./config/config.ts";
import { dimensions } from "./dimensions.ts";
import type { Progress } from "./generation/generation-progress.ts";
import { RECENT_TOKENS, TokenHistory } from "./generation/token-history.ts";

/** The state of one layer. */
export interface LayerState {
  /** the last w inputs of the convolution, before it and its activation, oldest first [b, convDim, w] */
  readonly conv: Tensor;
  /** [b, h, p, n] */
  readonly ssm: Tensor;
}

const FORMAT = "mamba2-state";
/** 1 had the layers only, 2 did not say which tokens were generated. */
const VERSION = 3;
const [LOGITS, COUNTS, GENERATED, RECENT] = [
  "next_logits",
  "token_counts",
  "generated_counts",
  "recent_tokens",
] as const;

/**
 * The state after some tokens, of constant size however many there were. Continue from one state as often as wanted: every continuation
 * is a branch. The owner disposes of it.
 *
 * @example
 * const model = new Mamba2LM(preset("tiny"));
 * const { state } = model.prefill(Array.from(byteTokenizer.encode("Once upon a time")));
 * const saved = await state.serialize();                        // of constant size
 * const later = State.deserialize(saved, model.config);
 */
export class State {
  readonly layers: readonly LayerState[];
  readonly progress: Progress;

  constructor(layers: readonly LayerState[], progress: Progress = { drawn: 0 }) {
    this.layers = layers;
    this.progress = progress;
  }

  /** The state before any token. */
  static empty(config: Mamba2Config, batch: number, device: Device = cpuDevice()): State {
    if (!Number.isSafeInteger(batch) || batch < 1) {
      throw new ConfigError(`state: batch must be a whole number of at least 1; got ${describeValue(batch)}.`, {
        field: "batch",
        got: batch,
      });
    }
    const shapes = layerShapes(config, batch);
    return new State(
      Array.from({ length: config.nLayer }, () => ({
        conv: zeros(shapes.conv, { device }),
        ssm: zeros(shapes.ssm, { device }),
      })),
      {
        history: TokenHistory.empty(batch),
        drawn: 0,
      },
    );
  }

  /** Number of sequences. */
  get batch(): number {
    return this.layers[0]!.ssm.shape[0]!;
  }

  /** Whether it is known to have read no token. */
  get isInitial(): boolean {
    const { logits, history } = this.progress;
    return logits === undefined && history !== undefined && history.rows.every(({ recent }) => recent.length === 0);
  }

  /** The same values under their own ownership: disposing of one leaves the other. Nothing is copied. */
  clone(): State {
    const alias = (x: Tensor): Tensor => reshape(x, x.shape);
    return new State(
      this.layers.map(({ conv, ssm }) => ({ conv: alias(conv), ssm: alias(ssm) })),
      {
        ...this.progress,
        logits: this.progress.logits && alias(this.progress.logits),
      },
    );
  }

  /** The state as a safetensors file: its layers and the progress of generation (the next token's logits, counts of tokens read and generated, the position in the random streams). */
  async serialize(): Promise<Uint8Array> {
    const tensors = new Map<string, TensorBytes>();
    for (const [i, { conv, ssm }] of this.layers.entries()) {
      tensors.set(`layers.${i}.conv_state`, tensorBytes("F32", conv.shape, await conv.data()));
      tensors.set(`layers.${i}.ssm_state`, tensorBytes("F32", ssm.shape, await ssm.data()));
    }
    const { logits, history, drawn, seed } = this.progress;
    if (logits) {
      tensors.set(LOGITS, tensorBytes("F32", logits.shape, await logits.data()));
      if (history) for (const [name, file] of historyTensors(history, logits.shape[1]!)) tensors.set(name, file);
    }
    return writeSafetensors(tensors, {
      format: FORMAT,
      version: String(VERSION),
      drawn: String(drawn),
      ...(seed !== undefined && { seed: String(seed) }),
    });
  }

  /**
   * Reads what {@link State.serialize} wrote. A file of an earlier version has the layers only: generation goes on from it after a prompt, with its streams of random
   * numbers from their beginning, and without penalties; after one of version 2 that had generated something, without presence and frequency penalties.
   *
   * @throws CheckpointError when it is no state, or one of a model of other sizes
   */
  static deserialize(file: Uint8Array, config: Mamba2Config, device: Device = cpuDevice()): State {
    const { tensors, metadata } = readSafetensors(file);
    if (metadata["format"] !== FORMAT) {
      throw new CheckpointError(
        `state: the file must be a saved state (format "${FORMAT}"); got format ${JSON.stringify(metadata["format"] ?? null)}.`,
        {
          op: "state",
          expected: FORMAT,
          got: metadata["format"],
        },
      );
    }
    const version = Number(metadata["version"] ?? 1);
    if (!(version >= 1 && version <= VERSION)) {
      throw new CheckpointError(
        `state: the file must be of version ${VERSION} or before; got ${metadata["version"]}.`,
        { op: "state", expected: VERSION, got: metadata["version"] },
      );
    }
    const layerTensors = [...tensors.keys()].filter(
      (name) => ![LOGITS, COUNTS, GENERATED, RECENT].includes(name as typeof LOGITS),
    ).length;
    if (layerTensors !== 2 * config.nLayer) {
      throw new CheckpointError(
        `state: must have 2 tensors per layer, ${2 * config.nLayer} for this model; got ${layerTensors}.`,
        {
          op: "state",
          expected: 2 * config.nLayer,
          got: layerTensors,
        },
      );
    }
    const batch = tensors.get("layers.0.ssm_state")?.shape[0] ?? 1;
    const shapes = layerShapes(config, batch);
    const entryOf = (name: string, shape: Shape): TensorBytes => {
      const entry = tensors.get(name);
      if (entry && sameShape(entry.shape, shape)) return entry;
      throw new CheckpointError(
        `state: ${name} must have shape ${showShape(shape)}; got ${entry ? showShape(entry.shape) : "no such tensor"}.`,
        {
          op: "state",
          tensor: name,
          expected: shape,
          got: entry?.shape,
        },
      );
    };
    const read = (name: string, shape: Shape): Float32Array => float32ArrayOf(entryOf(name, shape));
    const host = Array.from({ length: config.nLayer }, (_, i) => ({
      conv: read(`layers.${i}.conv_state`, shapes.conv),
      ssm: read(`layers.${i}.ssm_state`, shapes.ssm),
    }));
    const width = dimensions(config).paddedVocabSize;
    const logits = tensors.has(LOGITS) ? read(LOGITS, [batch, width]) : undefined;
    const [drawn, seed] = [countIn(metadata, "drawn") ?? 0, countIn(metadata, "seed")];
    const generated = tensors.has(GENERATED)
      ? countsIn(entryOf(GENERATED, [batch, width]))
      : drawn === 0
        ? Array.from({ length: batch }, () => new Map<number, number>())
        : undefined;
    const history = tensors.has(COUNTS)
      ? historyOf(entryOf(COUNTS, [batch, width]), entryOf(RECENT, [batch, RECENT_TOKENS]), generated)
      : undefined;
    return new State(
      host.map(({ conv, ssm }) => ({
        conv: tensor(conv, { shape: shapes.conv, device }),
        ssm: tensor(ssm, { shape: shapes.ssm, device }),
      })),
      { drawn, seed, history, logits: logits && tensor(logits, { shape: [batch, width], device }) },
    );
  }

  dispose(): void {
    for (const { conv, ssm } of this.layers) {
      conv.dispose();
      ssm.dispose();
    }
    this.progress.logits?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A history as tensors of constant shapes; −1 pads a shorter list of recent tokens in front. */
function historyTensors({ rows }: TokenHistory, width: number): [string, TensorBytes][] {
  const counts = new Int32Array(rows.length * width);
  const generated = new Int32Array(rows.length * width);
  const recent = new Int32Array(rows.length * RECENT_TOKENS).fill(-1);
  for (const [r, row] of rows.entries()) {
    for (const [token, count] of row.counts) counts[r * width + token] = count;
    for (const [token, count] of row.generated ?? []) generated[r * width + token] = count;
    recent.set(row.recent, (r + 1) * RECENT_TOKENS - row.recent.length);
  }
  const known = rows.every((row) => row.generated !== undefined);
  return [
    [COUNTS, tensorBytes("I32", [rows.length, width], counts)],
    ...(known ? [[GENERATED, tensorBytes("I32", [rows.length, width], generated)] as [string, TensorBytes]] : []),
    [RECENT, tensorBytes("I32", [rows.length, RECENT_TOKENS], recent)],
  ];
}

function historyOf(
  counts: TensorBytes,
  recent: TensorBytes,
  generated: readonly ReadonlyMap<number, number>[] | undefined,
): TokenHistory {
  const last = typedArrayOf(recent) as Int32Array;
  return new TokenHistory(
    countsIn(counts).map((row, r) => ({
      counts: row,
      generated: generated?.[r],
      recent: [...last.subarray(r * RECENT_TOKENS, (r + 1) * RECENT_TOKENS)].filter((token) => token >= 0),
    })),
  );
}

/** Token → count of each row of a tensor [b, v]. */
function countsIn(tensor: TensorBytes): ReadonlyMap<number, number>[] {
  const [batch, width] = tensor.shape as [number, number];
  const all = typedArrayOf(tensor) as Int32Array;
  return Array.from(
    { length: batch },
    (_, r) => new Map([...all.subarray(r * width, (r + 1) * width).entries()].filter(([, count]) => count > 0)),
  );
}

/** A whole number in a file's metadata. */
function countIn(metadata: Readonly<Record<string, string>>, name: string): number | undefined {
  const text = metadata[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new CheckpointError(`state: ${name} must be a whole number; got ${JSON.stringify(text)}.`, {
    op: "state",
    got: text,
  });
}

/** The shapes of a layer's state. */
export function layerShapes(config: Mamba2Config, batch: number): { readonly conv: Shape; readonly ssm: Shape } {
  const { convDim, nHeads } = dimensions(config);
  return { conv: [batch, convDim, config.dConv], ssm: [batch, nHeads, config.headDim, config.dState] };
}
