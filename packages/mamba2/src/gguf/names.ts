// The tensors of a GGUF file under the names of the family that its architecture stands for, each with what it takes to make it what the family means.
import type { TensorSource } from "../checkpoint/sources.ts";
import type { LayoutName } from "../families/family.ts";
import { halvesApart, logOfDecay, rowsJoined, shaped } from "./sources.ts";

/** How an architecture of llama.cpp is named by the libraries that its models come from. */
export interface Architecture {
  readonly layout: LayoutName;
  /** names outside of layers */
  readonly outer: Readonly<Record<string, string>>;
  /** what the names of layers begin with, the number after it */
  readonly layers: string;
  /** names within a layer, of whole tensors */
  readonly inner: Readonly<Record<string, string>>;
  /** tensors that are one there with another, whose rows come after theirs: that other, and the name of both */
  readonly joined: Readonly<Record<string, readonly [second: string, name: string]>>;
  /** whether queries and keys hold the two halves of a rotated head in turn */
  readonly halvesInTurn: boolean;
}

const mixer = (place: string): Readonly<Record<string, string>> => ({
  "ssm_in.weight": `${place}.in_proj.weight`,
  "ssm_in.bias": `${place}.in_proj.bias`,
  "ssm_conv1d.weight": `${place}.conv1d.weight`,
  "ssm_conv1d.bias": `${place}.conv1d.bias`,
  "ssm_dt.bias": `${place}.dt_bias`,
  ssm_a: `${place}.A_log`,
  ssm_d: `${place}.D`,
  "ssm_norm.weight": `${place}.norm.weight`,
  "ssm_out.weight": `${place}.out_proj.weight`,
  "ssm_out.bias": `${place}.out_proj.bias`,
});

const attention = (place: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ attn_q: "q_proj", attn_k: "k_proj", attn_v: "v_proj", attn_output: "o_proj" }).flatMap(
      ([name, theirs]) => ["weight", "bias"].map((part) => [`${name}.${part}`, `${place}.${theirs}.${part}`]),
    ),
  );

const mlp = (place: string, names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([name, theirs]) =>
      ["weight", "bias"].map((part) => [`${name}.${part}`, `${place}.${theirs}.${part}`]),
    ),
  );

const nemotron: Architecture = {
  layout: "nemotron_h",
  outer: {
    "token_embd.weight": "backbone.embeddings.weight",
    "output_norm.weight": "backbone.norm_f.weight",
    "output.weight": "lm_head.weight",
  },
  layers: "backbone.layers",
  inner: {
    "attn_norm.weight": "norm.weight",
    ...mixer("mixer"),
    ...attention("mixer"),
    ...mlp("mixer", {
      ffn_up: "up_proj",
      ffn_down: "down_proj",
      ffn_up_shexp: "shared_experts.up_proj",
      ffn_down_shexp: "shared_experts.down_proj",
      ffn_latent_down: "fc1_latent_proj",
      ffn_latent_up: "fc2_latent_proj",
    }),
    "ffn_gate_inp.weight": "mixer.gate.weight",
    "exp_probs_b.bias": "mixer.gate.e_score_correction_bias",
    "ffn_up_exps.weight": "mixer.experts.up_proj",
    "ffn_down_exps.weight": "mixer.experts.down_proj",
  },
  joined: {},
  halvesInTurn: true,
};

/** By the name that a file's general.architecture has. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  mamba2: {
    layout: "hf",
    outer: nemotron.outer,
    layers: "backbone.layers",
    inner: { "attn_norm.weight": "norm.weight", ...mixer("mixer") },
    joined: {},
    halvesInTurn: false,
  },
  "falcon-h1": {
    layout: "falcon_h1",
    outer: {
      "token_embd.weight": "model.embed_tokens.weight",
      "output_norm.weight": "model.final_layernorm.weight",
      "output.weight": "lm_head.weight",
    },
    layers: "model.layers",
    inner: {
      "attn_norm.weight": "input_layernorm.weight",
      "ffn_norm.weight": "pre_ff_layernorm.weight",
      ...mixer("mamba"),
      ...attention("self_attn"),
      ...mlp("feed_forward", { ffn_gate: "gate_proj", ffn_up: "up_proj", ffn_down: "down_proj" }),
    },
    joined: {},
    halvesInTurn: false,
  },
  granitehybrid: {
    layout: "granitemoehybrid",
    outer: {
      "token_embd.weight": "model.embed_tokens.weight",
      "output_norm.weight": "model.norm.weight",
      "output.weight": "lm_head.weight",
    },
    layers: "model.layers",
    inner: {
      "attn_norm.weight": "input_layernorm.weight",
      "ffn_norm.weight": "post_attention_layernorm.weight",
      ...mixer("mamba"),
      ...attention("self_attn"),
      "ffn_down.weight": "shared_mlp.output_linear.weight",
      "ffn_down_shexp.weight": "shared_mlp.output_linear.weight",
      "ffn_gate_inp.weight": "block_sparse_moe.router.layer.weight",
      "ffn_down_exps.weight": "block_sparse_moe.output_linear.weight",
    },
    joined: {
      "ffn_gate.weight": ["ffn_up.weight", "shared_mlp.input_linear.weight"],
      "ffn_gate_shexp.weight": ["ffn_up_shexp.weight", "shared_mlp.input_linear.weight"],
      "ffn_gate_exps.weight": ["ffn_up_exps.weight", "block_sparse_moe.input_linear.weight"],
    },
    halvesInTurn: true,
  },
  nemotron_h: nemotron,
  nemotron_h_moe: nemotron,
};

/** Heads of queries and of keys, by layer. */
export type HeadsOf = (layer: number) => { readonly q: number; readonly k: number };

/** What llama.cpp makes of a tensor is undone: decays, the axis of one that a convolution lost, those that norms and decays gained, halves in turn. */
function restored(
  part: string,
  source: TensorSource,
  heads: { readonly q: number; readonly k: number },
  { halvesInTurn }: Architecture,
): TensorSource {
  const flat = (): TensorSource => shaped(part, source, [source.shape.reduce((product, size) => product * size, 1)]);
  if (part === "ssm_a") return logOfDecay(part, flat());
  if (part === "ssm_d" || part === "ssm_norm.weight") return flat();
  if (part === "ssm_conv1d.weight") return shaped(part, source, [source.shape[0]!, 1, source.shape.at(-1)!]);
  if (halvesInTurn && /^attn_[qk]\./.test(part)) return halvesApart(source, heads[part[5] as "q" | "k"]);
  return source;
}

/** The tensors of a file under its family's names. What has no name there keeps its own, and is refused as unknown. */
export function familyTensors(
  architecture: Architecture,
  tensors: ReadonlyMap<string, TensorSource>,
  heads: HeadsOf,
): Map<string, TensorSource> {
  const { outer, layers, inner, joined } = architecture;
  const named = new Map<string, TensorSource>();
  const seconds = new Set(Object.values(joined).map(([second]) => second));
  for (const [name, source] of tensors) {
    const [, number, part] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (number === undefined || part === undefined) {
      named.set(outer[name] ?? name, source);
      continue;
    }
    const theirs = `${layers}.${number}`;
    const [second, both] = joined[part] ?? [];
    const other = tensors.get(`blk.${number}.${second}`);
    if (other) named.set(`${theirs}.${both}`, rowsJoined(name, source, other));
    else if (inner[part] !== undefined)
      named.set(`${theirs}.${inner[part]}`, restored(part, source, heads(Number(number)), architecture));
    else if (!seconds.has(part)) named.set(name, source);
  }
  return named;
}
