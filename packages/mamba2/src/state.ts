// State: everything a model remembers of the tokens it has seen, as a value. Nothing changes it; a step returns the next one.
import {
  CheckpointError, cpuDevice, type Device, float32ArrayOf, readSafetensors, reshape, sameShape, type Shape, showShape, type Tensor, tensor, tensorBytes,
  type TensorBytes, writeSafetensors, zeros,
} from "@x/tensor";
import type { Mamba2Config } from "./config.ts";
import { dimensions } from "./dimensions.ts";

/** The state of one layer. */
export interface LayerState {
  /** the last w inputs of the convolution, before it and its activation, oldest first [b, convDim, w] */
  readonly conv: Tensor;
  /** [b, h, p, n] */
  readonly ssm: Tensor;
}

const FORMAT = "mamba2-state";

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

  constructor(layers: readonly LayerState[]) {
    this.layers = layers;
  }

  /** The state before any token. */
  static empty(config: Mamba2Config, batch: number, device: Device = cpuDevice()): State {
    const shapes = layerShapes(config, batch);
    return new State(Array.from({ length: config.nLayer }, () => ({ conv: zeros(shapes.conv, { device }), ssm: zeros(shapes.ssm, { device }) })));
  }

  /** Number of sequences. */
  get batch(): number {
    return this.layers[0]!.ssm.shape[0]!;
  }

  /** The same values under their own ownership: disposing of one leaves the other. Nothing is copied. */
  clone(): State {
    const alias = (x: Tensor): Tensor => reshape(x, x.shape);
    return new State(this.layers.map(({ conv, ssm }) => ({ conv: alias(conv), ssm: alias(ssm) })));
  }

  /** The state as a safetensors file. */
  async serialize(): Promise<Uint8Array> {
    const tensors = new Map<string, TensorBytes>();
    for (const [i, { conv, ssm }] of this.layers.entries()) {
      tensors.set(`layers.${i}.conv_state`, tensorBytes("F32", conv.shape, await conv.data()));
      tensors.set(`layers.${i}.ssm_state`, tensorBytes("F32", ssm.shape, await ssm.data()));
    }
    return writeSafetensors(tensors, { format: FORMAT });
  }

  /**
   * Reads what {@link State.serialize} wrote.
   *
   * @throws CheckpointError when it is no state, or one of a model of other sizes
   */
  static deserialize(file: Uint8Array, config: Mamba2Config, device: Device = cpuDevice()): State {
    const { tensors, metadata } = readSafetensors(file);
    if (metadata["format"] !== FORMAT) {
      throw new CheckpointError(`state: the file must be a saved state (format "${FORMAT}"); got format ${JSON.stringify(metadata["format"] ?? null)}.`, {
        op: "state", expected: FORMAT, got: metadata["format"],
      });
    }
    if (tensors.size !== 2 * config.nLayer) {
      throw new CheckpointError(`state: must have 2 tensors per layer, ${2 * config.nLayer} for this model; got ${tensors.size}.`, {
        op: "state", expected: 2 * config.nLayer, got: tensors.size,
      });
    }
    const batch = tensors.get("layers.0.ssm_state")?.shape[0] ?? 1;
    const shapes = layerShapes(config, batch);
    const read = (name: string, shape: Shape): Float32Array => {
      const entry = tensors.get(name);
      if (entry && sameShape(entry.shape, shape)) return float32ArrayOf(entry);
      throw new CheckpointError(`state: ${name} must have shape ${showShape(shape)}; got ${entry ? showShape(entry.shape) : "no such tensor"}.`, {
        op: "state", tensor: name, expected: shape, got: entry?.shape,
      });
    };
    const host = Array.from({ length: config.nLayer }, (_, i) => ({
      conv: read(`layers.${i}.conv_state`, shapes.conv), ssm: read(`layers.${i}.ssm_state`, shapes.ssm),
    }));
    return new State(host.map(({ conv, ssm }) => ({ conv: tensor(conv, { shape: shapes.conv, device }), ssm: tensor(ssm, { shape: shapes.ssm, device }) })));
  }

  dispose(): void {
    for (const { conv, ssm } of this.layers) {
      conv.dispose();
      ssm.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function layerShapes(config: Mamba2Config, batch: number): { readonly conv: Shape; readonly ssm: Shape } {
  const { convDim, nHeads } = dimensions(config);
  return { conv: [batch, convDim, config.dConv], ssm: [batch, nHeads, config.headDim, config.dState] };
}
