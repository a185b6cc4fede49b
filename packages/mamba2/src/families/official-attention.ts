// The official implementation's layers of attention: attn_layer_idx and attn_cfg.
import { ConfigError, isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { type Mamba2Config, type Mamba2Fields, show } from "../config/config.ts";
import { hasPart, type Layer, layerOf, MOST_LAYERS } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { namedFields } from "./fields.ts";
import type { NameTable } from "./names.ts";
import { ConfigReader } from "./reader.ts";
import { requireEqual } from "./writing.ts";

const NAMES: NameTable = {
  num_heads: "attention.heads",
  num_heads_kv: "attention.keyValueHeads",
  head_dim: "attention.headDim",
  softmax_scale: "attention.scale",
  qkv_proj_bias: "attention.bias",
  out_proj_bias: "attention.outBias",
  d_conv: "attention.dConv",
};
/** What an error about a field of attention says that the file calls it. */
export const ATTENTION_NAMES: Readonly<Record<string, string>> = {
  ...NAMES,
  mlp_dim: "attention.dMlp",
  rotary_emb_dim: "attention.rotary.size",
  rotary_emb_base: "attention.rotary.theta",
};
/** mlp_dim is rounded up to a multiple of this. */
const MLP_MULTIPLE = 256;

/** What attention fields say of layers. */
export interface ReadAttention {
  readonly fields: Pick<Mamba2Fields, "layers" | "attention">;
  readonly warnings: readonly string[];
}

/** The layer and attention fields of a file; none where every layer is a mixer. */
export function readAttention(title: string, model: ConfigReader, fields: Mamba2Fields): ReadAttention {
  const indices = model.list("attn_layer_idx") ?? [];
  const given = model.get("attn_cfg") ?? {};
  if (!isJsonObject(given)) throw model.wrong("attn_cfg", "an object", given);
  if (indices.length === 0) return { fields: {}, warnings: [] };
  const nLayer = fields.nLayer ?? 64;
  // what it must be is said when the configuration is made
  if (!Number.isSafeInteger(nLayer) || nLayer < 1 || nLayer > MOST_LAYERS) return { fields: {}, warnings: [] };
  for (const index of indices) {
    if (Number.isSafeInteger(index) && (index as number) >= 0 && (index as number) < nLayer) continue;
    throw model.wrong("attn_layer_idx", `a list of layers from 0 to ${nLayer - 1}`, indices);
  }
  const attention = new Set(indices);
  const after: Layer = (model.whole("d_intermediate", 0) ?? 0) > 0 ? ["mlp"] : [];
  const layers = Array.from({ length: nLayer }, (_, i): Layer => [attention.has(i) ? "attention" : "mixer", ...after]);
  const reader = new ConfigReader(`${title} attn_cfg of the`, given);
  const read = { fields: { layers, attention: attentionOf(title, reader) }, warnings: reader.warnings };
  reader.finishNames("own", {} as Mamba2Config);
  return read;
}

function attentionOf(title: string, reader: ConfigReader): NonNullable<Mamba2Fields["attention"]> {
  reader.ignore(["embed_dim", "layer_idx"]);
  if (reader.get("causal") !== true) {
    throw new ConfigError(
      `${title} config: attn_cfg.causal must be true; got ${show(reader.get("causal"))}${reader.has("causal") ? "" : ", which means false"}. ` +
        "A language model must not see the tokens that it predicts.",
      { field: "attn_cfg.causal", expected: true, got: reader.get("causal") },
    );
  }
  if (reader.get("num_heads") === undefined)
    throw new ConfigError(`${title} config: attn_cfg.num_heads must be given; got none.`, {
      field: "attn_cfg.num_heads",
    });
  const mlp = reader.whole("mlp_dim", 0) ?? 0;
  const size = reader.whole("rotary_emb_dim", 0) ?? 0;
  const theta = reader.get("rotary_emb_base") ?? 10_000;
  const interleaved = reader.get("rotary_emb_interleaved") ?? false;
  return {
    bias: true,
    outBias: true,
    ...reader.fields(NAMES).attention,
    dMlp: Math.ceil(mlp / MLP_MULTIPLE) * MLP_MULTIPLE,
    rotary: size === 0 ? null : { size, theta: theta as number, interleaved: interleaved as boolean },
  };
}

/** The fields of a model's attention. @throws ConfigError for layers that are not a mixer or attention each, with an MLP in all or none */
export function writeAttention(title: string, config: Mamba2Config): Readonly<Record<string, JsonValue>> {
  const indices = Array.from({ length: config.nLayer }, (_, i) => i).filter(
    (i) => layerOf(config, i)[0] === "attention",
  );
  return { attn_layer_idx: indices, attn_cfg: hasPart(config, "attention") ? attentionFields(title, config) : {} };
}

function attentionFields(title: string, config: Mamba2Config): JsonObject {
  const { rotary, dMlp } = config.attention!;
  requireEqual(title, "attention.dMlp", dMlp, Math.ceil(dMlp / MLP_MULTIPLE) * MLP_MULTIPLE);
  return {
    causal: true,
    ...namedFields(NAMES, config),
    head_dim: dimensions(config).attention!.headDim,
    mlp_dim: dMlp,
    rotary_emb_dim: rotary?.size ?? 0,
    ...(rotary && { rotary_emb_base: rotary.theta, rotary_emb_interleaved: rotary.interleaved }),
  };
}
