// Options of Mamba2LM: what they are, and the checks that come before anything is allocated.
import type { InitHook } from "@x/nn/core";
import {
  checkOptions,
  ConfigError,
  type Device,
  DeviceError,
  type QuantizeParams,
  requireDType,
  requireTensors,
  ShapeError,
  sizeOf,
  type Tensor,
} from "@x/tensor/core";
import { describeValue, type OptionKeys } from "@x/base";
import type { Stream } from "./block.ts";
import type { ReadConfigOptions } from "../checkpoint/detect.ts";
import type { WriteCheckpointOptions } from "../checkpoint/files.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { Mamba2Config } from "../config/config.ts";
import type { RepositoryOptions } from "../hub/options.ts";
import { parameterCount, parameterShapes } from "../config/parameter-shapes.ts";
import { initHook, type InitPreset } from "./init-hook.ts";
import type { Rows } from "../inputs/inputs.ts";
import type { PaddingOptions } from "../inputs/read-rows.ts";
import type { State } from "../state/state.ts";

/** Options of `new Mamba2LM(config, options)`. */
export interface Mamba2LMOptions {
  /** default: the shared CPU device */
  readonly device?: Device;
  /** of the first values; default 0 */
  readonly seed?: number;
  /**
   * How parameters are drawn: a preset by name, or a hook that gets each parameter and how it would be drawn by default. Default: like the
   * official implementation, with projections into the residual stream times 1/√(residualsPerLayer·L) = 1/√(2L).
   */
  readonly init?: InitHook | InitPreset;
  /**
   * f64 is for gradient checks on the CPU. f16 and bf16 store the matrices (embedding, head, in_proj, out_proj, MLP) so, frozen, to run in less memory;
   * what is left, and every sum, stays f32. Default f32.
   */
  readonly dtype?: "f32" | "f64" | "f16" | "bf16";
  /** Stores projections as integers of so many bits, frozen, with an f32 scale per `groupSize` (default 32) of a row; embedding and head are of `dtype`. */
  readonly quantize?: Partial<QuantizeParams>;
}

/** Where a checkpoint's values go, and how matrices are stored there. */
export type LoadOptions = Pick<Mamba2LMOptions, "device" | "dtype" | "quantize">;

/** How a checkpoint's files are read, beside where its values go. */
export interface LoadFilesOptions extends LoadOptions, ReadConfigOptions, WarningOptions {}

/** How a model of a hub is found and loaded. */
export interface PretrainedOptions extends LoadFilesOptions, RepositoryOptions {}

/** How a model is saved. */
export interface SaveOptions
  extends Omit<WriteCheckpointOptions, "quantization" | "origin" | "generationDefaults">, WarningOptions {
  /**
   * Begin to read all values before `save` returns its promise: what is changed while that is waited for, by steps of training, is not in the files. Takes memory for a copy of all values on
   * the device, where it is a GPU. Default false: one value after another.
   */
  readonly snapshot?: boolean;
}

/** Token ids: one sequence, several of one length, or a tensor [b, l] of i32. */
export type TokenIds = Rows;

/** Options of {@link Mamba2LM.forward} and `prefill`. */
export interface ForwardOptions extends PaddingOptions {
  /**
   * of the ids' shape: the number of the document that each token belongs to; documents do not see each other. A document is a run of equal numbers, which may repeat;
   * −1 is padding. With `state` a row that begins with document 0 goes on from it; any other document starts over.
   */
  readonly seqIdx?: Rows;
  /** continue from this state */
  readonly state?: State;
  /** logits of the last positions only, with padding of each row's last tokens; default all */
  readonly logitsToKeep?: number;
  /** Called after each block with its last sublayer's output and the residual stream that it will be added to. */
  onLayer?(layer: number, stream: Required<Stream>): void;
}

/** Options of {@link Mamba2LM.prefill}. */
export interface PrefillOptions extends Omit<ForwardOptions, "onLayer"> {
  /**
   * with `seqIdx`, and both as numbers: each document becomes a row of the result, in order, with logits of its last tokens and the state after it, as if it had been alone. Default
   * false: the state is that of the document that a row ends in.
   */
  readonly statePerDocument?: boolean;
}

/** Options of a loss. */
export interface LossOptions extends Pick<ForwardOptions, "seqIdx"> {
  /** i32 [k]: positions among all b·l that logits are made of, where few targets count. Each that counts must be among them; others change nothing. Default: all. */
  readonly places?: Tensor;
}

export const PADDING_OPTIONS: OptionKeys<PaddingOptions> = { lengths: true, attentionMask: true };
export const FORWARD_OPTIONS: OptionKeys<ForwardOptions> = {
  seqIdx: true,
  state: true,
  logitsToKeep: true,
  onLayer: "function",
  ...PADDING_OPTIONS,
};
export const PREFILL_OPTIONS: OptionKeys<PrefillOptions> = {
  seqIdx: true,
  state: true,
  logitsToKeep: true,
  statePerDocument: "boolean",
  ...PADDING_OPTIONS,
};
export const MODEL_OPTIONS: OptionKeys<Mamba2LMOptions> = {
  device: true,
  seed: true,
  init: true,
  dtype: true,
  quantize: true,
};
export const LOAD_OPTIONS: OptionKeys<LoadOptions> = { device: true, dtype: true, quantize: true };
export const LOAD_FILES_OPTIONS: OptionKeys<LoadFilesOptions> = {
  ...LOAD_OPTIONS,
  layout: true,
  gatedNormGroups: true,
  dtLimit: true,
  onWarning: "function",
};
/** Those that say what to make of the files; the others are the repository's, and checked there. */
export const PRETRAINED_OPTIONS: OptionKeys<PretrainedOptions> = {
  ...LOAD_FILES_OPTIONS,
  revision: true,
  token: true,
  onProgress: "function",
  signal: "signal",
  cache: true,
  offline: "boolean",
  endpoint: true,
};
export const SAVE_OPTIONS: OptionKeys<SaveOptions> = {
  maxShardBytes: true,
  onWarning: "function",
  snapshot: "boolean",
};
/** Larger configurations are refused: 256 GiB of f32. */
const MOST_PARAMETERS = 2 ** 36;
const DTYPES: readonly unknown[] = ["f32", "f64", "f16", "bf16"];

/** Raises, before anything is allocated, about a model that no machine holds: operating systems overcommit memory and kill the process when it is used. */
export function checkSizes(config: Mamba2Config): void {
  for (const [path, shape] of parameterShapes(config)) {
    const sizeBytes = 4 * sizeOf(shape);
    if (sizeBytes > 4 * MOST_PARAMETERS) {
      throw new DeviceError(
        `${path}: must fit in memory; [${shape.join(", ")}] takes ${sizeBytes} bytes, which cannot be allocated.`,
        { got: sizeBytes },
      );
    }
  }
  const count = parameterCount(config);
  if (count > MOST_PARAMETERS)
    throw new ConfigError(
      `Mamba2LM: the configuration must have at most ${MOST_PARAMETERS} parameters; got ${count}.`,
      { expected: MOST_PARAMETERS, got: count },
    );
}

export function checkModelOptions({ init, dtype, quantize, seed }: Mamba2LMOptions): void {
  const refuse = (field: string, must: string, got: unknown): never => {
    throw new ConfigError(`Mamba2LM: ${field} must be ${must}; got ${describeValue(got)}.`, { field, got });
  };
  if (dtype !== undefined && !DTYPES.includes(dtype)) refuse("dtype", DTYPES.join(", "), dtype);
  if (init !== undefined && typeof init !== "string" && typeof init !== "function")
    refuse("init", "a preset's name or a hook", init);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    refuse("seed", "an integer from 0 to 2^53 − 1", seed);
  checkOptions<Partial<QuantizeParams>>("Mamba2LM: quantize", quantize, { bits: true, groupSize: true });
}

export function hookOf(config: Mamba2Config, init: InitHook | InitPreset | undefined): InitHook {
  if (typeof init === "string") return initHook(init, config);
  const standardHook = initHook("default", config);
  return init ? (parameter, standard) => init(parameter, standardHook(parameter, standard)) : standardHook;
}

/** Raises unless these are positions. */
export function requirePlaces(places: Tensor): void {
  requireTensors("loss", { places });
  requireDType("loss", "places", places.dtype, ["i32"]);
  if (places.shape.length !== 1 || places.size === 0)
    throw ShapeError.must("loss", "places", "be [k] with k of at least 1", places.shape);
}

/** Raises about options of a forward pass that do not go together. */
export function checkForward({ seqIdx, lengths, attentionMask, logitsToKeep }: ForwardOptions): void {
  if (seqIdx && (lengths ?? attentionMask))
    throw new ConfigError(
      "forward: seqIdx must not be given with lengths or attentionMask; it says by −1 itself what is padding.",
      { field: "seqIdx" },
    );
  if (logitsToKeep !== undefined && (!Number.isSafeInteger(logitsToKeep) || logitsToKeep < 1)) {
    throw new ConfigError(`logitsToKeep: must be a whole number of at least 1; got ${describeValue(logitsToKeep)}.`, {
      field: "logitsToKeep",
      got: logitsToKeep,
    });
  }
}

/** Raises about documents that are to have a state each, without what says where they are. */
export function checkPrefill({ statePerDocument = false, ...options }: PrefillOptions): void {
  checkForward(options);
  if (!statePerDocument || (options.seqIdx !== undefined && options.state === undefined)) return;
  throw new ConfigError(
    `prefill: statePerDocument must come with seqIdx, and without a state; got ${options.seqIdx === undefined ? "no seqIdx" : "a state"}.`,
    { field: "statePerDocument" },
  );
}
