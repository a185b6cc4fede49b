// What an attention layer can be told, and the sizes that follow.
import { checkOptions, ConfigError, requireCount, requireOptions } from "@x/tensor/core";
import type { Builder } from "../module/builder.ts";
import { type RotaryOptions, rotaryParams } from "../ops/attention/rotary.ts";
import { checkScale } from "../ops/attention/spec.ts";

/** Options of {@link Attention}. */
export interface AttentionModuleOptions {
  /** heads of the queries */
  readonly heads: number;
  /** heads of keys and values, a divisor of `heads`; default `heads` */
  readonly keyValueHeads?: number;
  /** default dModel / heads */
  readonly headDim?: number;
  /** multiplies the products of queries and keys; default 1/√headDim */
  readonly scale?: number;
  /** of in_proj; default false */
  readonly bias?: boolean;
  /** of out_proj; default false */
  readonly outBias?: boolean;
  /** rotation of queries and keys by position; null (default): none */
  readonly rotary?: RotaryOptions | null;
  /** width of a causal convolution over queries, keys and values, with bias; 0 (default): none */
  readonly dConv?: number;
  /** rows of in_proj for the gated part up · silu(gate), half of them each, which goes into out_proj beside the heads; 0 (default): none */
  readonly dMlp?: number;
  readonly builder?: Builder;
}

/** Every option with its default. */
export interface AttentionLayerSizes extends Required<Omit<AttentionModuleOptions, "builder" | "rotary">> {
  readonly rotary: Required<RotaryOptions> | null;
}

/** The options with their defaults. @throws ConfigError for those that do not fit together */
export function attentionSizes(dModel: number, options: AttentionModuleOptions): AttentionLayerSizes {
  const op = "Attention";
  requireOptions(op, options);
  checkOptions<AttentionModuleOptions>(op, options, {
    heads: true,
    keyValueHeads: true,
    headDim: true,
    scale: true,
    bias: "boolean",
    outBias: "boolean",
    rotary: "nullable",
    dConv: true,
    dMlp: true,
    builder: true,
  });
  const { heads, keyValueHeads = heads, bias = false, outBias = false, dConv = 0, dMlp = 0 } = options;
  requireCount(op, "dModel", dModel, 1);
  requireCount(op, "heads", heads, 1);
  requireCount(op, "keyValueHeads", keyValueHeads, 1);
  if (heads % keyValueHeads !== 0) throw ConfigError.must(op, "keyValueHeads", `divide heads, ${heads}`, keyValueHeads);
  const { headDim = dModel / heads } = options;
  requireCount(op, "headDim", headDim, 1);
  requireCount(op, "dConv", dConv, 0);
  requireCount(op, "dMlp", dMlp, 0);
  if (dMlp % 2 !== 0) throw new ConfigError(`${op}: dMlp must be even; got ${dMlp}.`, { op, field: "dMlp", got: dMlp });
  const { rotary = null } = options;
  const turn = rotary === null ? null : rotaryParams(`${op}: rotary`, rotary);
  if (turn && turn.size > headDim)
    throw new ConfigError(`${op}: rotary.size must be at most headDim, ${headDim}; got ${turn.size}.`, {
      op,
      field: "rotary",
      got: turn.size,
    });
  const { scale = headDim ** -0.5 } = options;
  checkScale(op, scale);
  return { heads, keyValueHeads, headDim, scale, bias, outBias, rotary: turn, dConv, dMlp };
}
