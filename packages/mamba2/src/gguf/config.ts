// The config.json of the family that a GGUF file's architecture stands for, of the values in its header and the shapes of its tensors.
import { CheckpointError, type JsonValue } from "@x/tensor/core";
import { MOST_LAYERS } from "../config/layers.ts";
import { NORM_GROUPS } from "../families/names.ts";
import type { GgufHeader } from "./header.ts";
import type { HeadsOf } from "./names.ts";

type Json = Record<string, JsonValue>;

/** The values of a header, by what they are. */
export class HeaderValues {
  readonly #header: GgufHeader;
  readonly #prefix: string;

  constructor(header: GgufHeader, architecture: string) {
    this.#header = header;
    this.#prefix = architecture;
  }

  /** A value under the architecture's name. */
  at(name: string): unknown {
    return this.#header.values[`${this.#prefix}.${name}`];
  }

  /** A number, or the largest of one for each layer. @throws CheckpointError */
  number(name: string, otherwise?: number): number {
    const value = this.at(name) ?? otherwise;
    const found = Array.isArray(value) ? Math.max(...value.map(Number)) : Number(value ?? Number.NaN);
    if (Number.isFinite(found)) return found;
    throw new CheckpointError(`gguf: ${this.#prefix}.${name} must be a number; got ${String(value)}.`, {
      field: `${this.#prefix}.${name}`,
      got: value,
    });
  }

  /** What there is for a layer: its own, or the one of all. */
  ofLayer(name: string, layer: number): number {
    const value = this.at(name);
    return Number((Array.isArray(value) ? value[layer] : value) ?? 0);
  }

  /** Raises for what changes a model's results and is not in any family's config.json: an attention that looks ahead, positions that are scaled. @throws CheckpointError */
  requirePlain(): void {
    for (const [name, plain] of [
      ["attention.causal", [true]],
      ["rope.scaling.type", ["none"]],
      ["attention.sliding_window", [0]],
      ["attn_logit_softcapping", [0]],
      ["final_logit_softcapping", [0]],
    ] as const) {
      const got = this.at(name);
      const value: unknown = typeof got === "bigint" ? Number(got) : got;
      if (value === undefined || (plain as readonly unknown[]).includes(value)) continue;
      const field = `${this.#prefix}.${name}`;
      throw CheckpointError.must(
        "gguf",
        field,
        `be ${String(plain[0])} or absent: models here have nothing else`,
        value,
      );
    }
  }

  /** Whether a tensor is there. */
  has(tensor: string): boolean {
    return this.#header.tensors.has(tensor);
  }

  /** Whether any layer has such a tensor. */
  any(part: string): boolean {
    return this.layers.some((i) => this.has(`blk.${i}.${part}`));
  }

  /** The shape of such a tensor in the first layer that has one. @throws CheckpointError */
  shapeOf(part: string): readonly number[] {
    const layer = this.layers.find((i) => this.has(`blk.${i}.${part}`));
    const tensor = this.#header.tensors.get(layer === undefined ? part : `blk.${layer}.${part}`);
    if (tensor) return tensor.shape;
    throw new CheckpointError(`gguf: must have a tensor ${part}; got none.`, { tensor: part });
  }

  get layers(): readonly number[] {
    const count = this.number("block_count");
    if (Number.isSafeInteger(count) && count >= 1 && count <= MOST_LAYERS)
      return Array.from({ length: count }, (_, i) => i);
    throw CheckpointError.must("gguf", `${this.#prefix}.block_count`, `be 1 to ${MOST_LAYERS}`, count);
  }
}

const IDS = {
  bos_token_id: "tokenizer.ggml.bos_token_id",
  eos_token_id: "tokenizer.ggml.eos_token_id",
  pad_token_id: "tokenizer.ggml.padding_token_id",
} as const;
/** ends a turn of a chat, beside what ends a text */
const END_OF_TURN = "tokenizer.ggml.eot_token_id";

function tokenIds(values: Readonly<Record<string, unknown>>): Json {
  const id = (name: string): number | null => (values[name] === undefined ? null : Number(values[name]));
  const [eos, turn] = [id(IDS.eos_token_id), id(END_OF_TURN)];
  return {
    bos_token_id: id(IDS.bos_token_id),
    eos_token_id: eos !== null && turn !== null && turn !== eos ? [eos, turn] : eos,
    pad_token_id: id(IDS.pad_token_id),
  };
}

function commonFields(values: HeaderValues, tied: boolean): Json {
  return {
    vocab_size: values.shapeOf("token_embd.weight")[0]!,
    hidden_size: values.number("embedding_length"),
    num_hidden_layers: values.number("block_count"),
    tie_word_embeddings: tied,
  };
}

/** Sizes of mixers as Falcon-H1, Granite and Bamba call them. */
function mambaFields(values: HeaderValues): Json {
  const [inner, heads] = [values.number("ssm.inner_size"), values.number("ssm.time_step_rank")];
  return {
    mamba_expand: inner / values.number("embedding_length"),
    mamba_n_heads: heads,
    mamba_d_head: inner / heads,
    mamba_d_state: values.number("ssm.state_size"),
    mamba_d_conv: values.number("ssm.conv_kernel"),
    mamba_n_groups: values.number("ssm.group_count", 1),
    mamba_conv_bias: values.any("ssm_conv1d.bias"),
    mamba_proj_bias: values.any("ssm_in.bias"),
    rms_norm_eps: values.number("attention.layer_norm_rms_epsilon"),
    hidden_act: "silu",
  };
}

function attentionFields(values: HeaderValues): Json {
  return {
    num_attention_heads: values.number("attention.head_count"),
    num_key_value_heads: values.number("attention.head_count_kv"),
    attention_bias: values.any("attn_q.bias"),
  };
}

function headWidth(values: HeaderValues): number {
  const heads = values.number("attention.head_count");
  return values.number("attention.key_length", values.number("embedding_length") / heads);
}

function mamba2(values: HeaderValues): Json {
  const [inner, heads] = [values.number("ssm.inner_size"), values.number("ssm.time_step_rank")];
  const groups = values.number("ssm.group_count", 1);
  return {
    model_type: "mamba2",
    state_size: values.number("ssm.state_size"),
    num_heads: heads,
    head_dim: inner / heads,
    expand: inner / values.number("embedding_length"),
    conv_kernel: values.number("ssm.conv_kernel"),
    n_groups: groups,
    ...(groups > 1 && { [NORM_GROUPS]: groups }),
    layer_norm_epsilon: values.number("attention.layer_norm_rms_epsilon"),
    use_bias: values.any("ssm_in.bias"),
    use_conv_bias: values.any("ssm_conv1d.bias"),
  };
}

/** Its factors are in the weights already. */
function falcon(values: HeaderValues): Json {
  return {
    model_type: "falcon_h1",
    ...mambaFields(values),
    ...attentionFields(values),
    mamba_d_ssm: values.number("ssm.inner_size"),
    head_dim: headWidth(values),
    intermediate_size: values.number("feed_forward_length"),
    mamba_rms_norm: values.any("ssm_norm.weight"),
    mamba_norm_before_gate: false,
    projectors_bias: values.any("ssm_out.bias"),
    mlp_bias: values.any("ffn_up.bias"),
    rope_theta: values.number("rope.freq_base"),
  };
}

/** Granite's, and Bamba's, which is one without factors that rotates. */
function granite(values: HeaderValues): Json {
  const width = headWidth(values);
  const experts = values.any("ffn_gate_inp.weight");
  const rotates = values.at("rope.scaling.finetuned") === true;
  const shared = values.any("ffn_down_shexp.weight") ? "ffn_down_shexp.weight" : "ffn_down.weight";
  return {
    model_type: "granitemoehybrid",
    ...mambaFields(values),
    ...attentionFields(values),
    layer_types: values.layers.map((i) => (values.has(`blk.${i}.ssm_in.weight`) ? "mamba" : "attention")),
    shared_intermediate_size: values.shapeOf(shared).at(-1)!,
    num_local_experts: experts ? values.shapeOf("ffn_gate_inp.weight")[0]! : 0,
    ...(experts && {
      num_experts_per_tok: values.number("expert_used_count"),
      intermediate_size: values.shapeOf("ffn_down_exps.weight").at(-1)!,
    }),
    embedding_multiplier: values.number("embedding_scale", 1),
    residual_multiplier: values.number("residual_scale", 1),
    attention_multiplier: values.number("attention.scale", 1 / Math.sqrt(width)),
    logits_scaling: values.number("logit_scale", 1),
    position_embedding_type: rotates ? "rope" : "nope",
    ...(rotates && {
      rope_theta: values.number("rope.freq_base", 10_000),
      partial_rotary_factor: values.number("rope.dimension_count", width) / width,
    }),
  };
}

function nemotron(values: HeaderValues): Json {
  const [inner, heads] = [values.number("ssm.inner_size"), values.number("ssm.time_step_rank")];
  const wordOf = (i: number): string => {
    if (values.has(`blk.${i}.ssm_in.weight`)) return "mamba";
    if (values.has(`blk.${i}.attn_q.weight`)) return "attention";
    return values.has(`blk.${i}.ffn_gate_inp.weight`) ? "moe" : "mlp";
  };
  const words = values.layers.map(wordOf);
  const attends = words.includes("attention");
  return {
    model_type: "nemotron_h",
    layers_block_type: words,
    mamba_num_heads: heads,
    mamba_head_dim: inner / heads,
    ssm_state_size: values.number("ssm.state_size"),
    conv_kernel: values.number("ssm.conv_kernel"),
    n_groups: values.number("ssm.group_count", 1),
    use_conv_bias: values.any("ssm_conv1d.bias"),
    use_bias: values.any("ssm_in.bias"),
    mlp_bias: values.any("ffn_up.bias"),
    mlp_hidden_act: "relu2",
    layer_norm_epsilon: values.number("attention.layer_norm_rms_epsilon"),
    ...(attends && { ...attentionFields(values), head_dim: headWidth(values) }),
    ...(words.includes("mlp") && { intermediate_size: values.shapeOf("ffn_up.weight")[0]! }),
    ...(words.includes("moe") && {
      n_routed_experts: values.shapeOf("ffn_gate_inp.weight")[0]!,
      num_experts_per_tok: values.number("expert_used_count"),
      moe_intermediate_size: values.shapeOf("ffn_up_exps.weight")[1]!,
      moe_shared_expert_intermediate_size: values.shapeOf("ffn_up_shexp.weight")[0]!,
      moe_latent_size: values.any("ffn_latent_down.weight") ? values.shapeOf("ffn_latent_down.weight")[0]! : null,
      n_group: values.number("expert_group_count", 1),
      topk_group: values.number("expert_group_used_count", 1),
      norm_topk_prob: values.at("expert_weights_norm") !== false,
      routed_scaling_factor: values.number("expert_weights_scale", 1),
    }),
  };
}

const CONFIGS: Readonly<Record<string, (values: HeaderValues) => Json>> = {
  mamba2,
  "falcon-h1": falcon,
  granitehybrid: granite,
  nemotron_h: nemotron,
  nemotron_h_moe: nemotron,
};

/** The fields of config.json. @throws CheckpointError for a value that is not there */
export function configOf(header: GgufHeader, architecture: string): Json {
  const values = new HeaderValues(header, architecture);
  values.requirePlain();
  // the library of Nemotron-H ties nothing: a file of it has a head
  const tied = !values.has("output.weight") && !architecture.startsWith("nemotron");
  return { ...commonFields(values, tied), ...CONFIGS[architecture]!(values), ...tokenIds(header.values) };
}

/** The heads of a file's layers. */
export function headsOf(header: GgufHeader, architecture: string): HeadsOf {
  const values = new HeaderValues(header, architecture);
  return (layer) => ({
    q: values.ofLayer("attention.head_count", layer),
    k: values.ofLayer("attention.head_count_kv", layer),
  });
}
