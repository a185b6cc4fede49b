// adapter_config.json as PEFT writes and reads it.
import { CheckpointError, ConfigError, type JsonObject, type JsonValue } from "@x/tensor/core";
import { ADAPTER_CONFIG } from "../checkpoint/file-names.ts";
import { show } from "../config/config.ts";
import type { Adapter } from "./adapter.ts";
import type { StatedBase } from "./base-name.ts";
import { type AdapterConfig, adapterConfig, type NumberPattern } from "./config.ts";
import { modulesOf } from "./modules.ts";
import { matches } from "./targets.ts";

/** A configuration read from a file. */
export interface ReadAdapterConfig {
  readonly config: AdapterConfig;
  /** parameters of experts and routers, which modules are not named after; in the file's order */
  readonly parameters: readonly string[];
  /** whether it names layers, so that modules of others have no tensors */
  readonly layers: boolean;
  readonly base: StatedBase;
  readonly warnings: readonly string[];
}

/** Fields that must hold one of these, or be absent: everything else computes otherwise than an adapter here. */
const ONLY: Readonly<Record<string, readonly [allowed: readonly JsonValue[], reason: string]>> = {
  peft_type: [["LORA"], "Only LoRA adapters can be read."],
  bias: [["none"], "Biases of the base are not trained with an adapter here."],
  fan_in_fan_out: [[false], "No layer of these models has its weight transposed."],
  lora_bias: [[false], "Pairs have no bias here."],
  modules_to_save: [[null], "Modules that are replaced as a whole are not supported."],
  trainable_token_indices: [[null], "Rows of the embedding that are replaced are not supported."],
  layer_replication: [[null], "Layers cannot be repeated."],
  alora_invocation_tokens: [[null], "Adapters that begin at a token are not supported."],
  use_qalora: [[false], "It groups inputs, which is not supported."],
  use_bdlora: [[null, false], "Block-diagonal adapters are not supported."],
  arrow_config: [[null], "Routing among adapters is not supported."],
  kasa_config: [[null], "Singular values beside the pairs are not supported."],
  monteclora_config: [[null], "Sampled adapters are not supported."],
  velora_config: [[null], "It changes what is kept for the gradient, which is not supported."],
};
/** Fields that are read. */
const READ = [
  "r",
  "lora_alpha",
  "use_rslora",
  "use_dora",
  "lora_dropout",
  "rank_pattern",
  "alpha_pattern",
  "target_modules",
  "exclude_modules",
  "target_parameters",
  "init_lora_weights",
];
/** Fields that change nothing once the tensors are there, and are kept as they are. */
const SILENT = [
  "auto_mapping",
  "base_model_name_or_path",
  "corda_config",
  "ensure_weight_tying",
  "eva_config",
  "inference_mode",
  "layers_pattern",
  "layers_to_transform",
  "loftq_config",
  "lora_ga_config",
  "megatron_config",
  "megatron_core",
  "peft_version",
  "qalora_group_size",
  "revision",
  "runtime_config",
  "task_type",
];
/** Ways to begin that leave the base as it is; all others change it before the first step. */
const PLAIN_BEGINNINGS: readonly JsonValue[] = [true, false, "gaussian", "orthogonal", "eva"];

/**
 * What an adapter_config.json says.
 *
 * @throws ConfigError for a field that changes what an adapter computes and that none here has
 */
export function readPeftConfig(json: JsonObject): ReadAdapterConfig {
  const warnings: string[] = [];
  const get = (name: string): JsonValue | undefined => (Object.hasOwn(json, name) ? json[name] : undefined);
  if (get("peft_type") === undefined)
    throw new CheckpointError(`${ADAPTER_CONFIG}: must have the field peft_type, "LORA"; it has none.`, {
      file: ADAPTER_CONFIG,
    });
  for (const [name, [allowed, reason]] of Object.entries(ONLY)) {
    const got = get(name);
    const empty = Array.isArray(got) && got.length === 0 && allowed.includes(null);
    if (got === undefined || empty || allowed.includes(got)) continue;
    throw new ConfigError(`${ADAPTER_CONFIG}: ${name} must be ${show(allowed[0])}; got ${show(got)}. ${reason}`, {
      field: name,
      expected: allowed[0],
      got,
    });
  }
  const known = new Set([...Object.keys(ONLY), ...READ, ...SILENT]);
  const unknown = Object.keys(json).filter((name) => !known.has(name));
  if (unknown.length > 0)
    warnings.push(`${ADAPTER_CONFIG}: kept the unknown fields ${unknown.join(", ")}, without knowing what they mean.`);
  const beginning = get("init_lora_weights") ?? true;
  if (!PLAIN_BEGINNINGS.includes(beginning))
    warnings.push(
      `${ADAPTER_CONFIG}: init_lora_weights is ${show(beginning)}, which changes the weights of the base before training: the adapter is right only if it was converted for the base as published.`,
    );
  const optional = <K extends keyof AdapterConfig>(field: K, name: string): object => {
    const value = get(name);
    return value === undefined || value === null ? {} : { [field]: value };
  };
  const parameters = get("target_parameters") ?? [];
  const config = adapterConfig(ADAPTER_CONFIG, {
    ...optional("targets", "target_modules"),
    ...optional("exclude", "exclude_modules"),
    rank: (get("r") ?? 8) as number,
    alpha: (get("lora_alpha") ?? 8) as number,
    ...optional("rsLora", "use_rslora"),
    ...optional("dora", "use_dora"),
    ...optional("dropout", "lora_dropout"),
    rankPattern: (get("rank_pattern") ?? {}) as NumberPattern,
    alphaPattern: (get("alpha_pattern") ?? {}) as NumberPattern,
  });
  const layers = (get("layers_to_transform") ?? null) !== null;
  const text = (name: string): string | undefined => {
    const value = get(name) ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw new ConfigError(`${ADAPTER_CONFIG}: ${name} must be a text or null; got ${show(value)}.`, {
      field: name,
      got: value,
    });
  };
  const base = { name: text("base_model_name_or_path"), revision: text("revision") };
  return { config, parameters: parameters as readonly string[], layers, base, warnings };
}

/** The text of an adapter's adapter_config.json: that which it was read from, else what PEFT needs. @param baseModel name or folder of the base */
export function peftConfigText(adapter: Adapter, baseModel: string | undefined): string {
  if (adapter.stated !== undefined && baseModel === undefined) return adapter.stated;
  const fields = adapter.stated === undefined ? fieldsOf(adapter) : (JSON.parse(adapter.stated) as JsonObject);
  const named = { ...fields, ...(baseModel !== undefined && { base_model_name_or_path: baseModel }) };
  const sorted = Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
  // Python writes a float with its point
  return JSON.stringify(sorted, undefined, 2).replace(/("lora_dropout": \d+)(,?\n)/, "$1.0$2");
}

function fieldsOf(adapter: Adapter): JsonObject {
  const { rank, alpha, rankPattern, alphaPattern, rsLora, dora, dropout } = adapter.config;
  const { modules, parameters } = targetNames(adapter);
  return {
    alpha_pattern: alphaPattern,
    base_model_name_or_path: null,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    rank_pattern: rankPattern,
    target_modules: modules,
    ...(parameters.length > 0 && { target_parameters: parameters }),
    task_type: "CAUSAL_LM",
    use_dora: dora,
    use_rslora: rsLora,
  };
}

/** Names that select an adapter's modules and no others: their last words where these do, else whole names. Parameters of experts and routers are named apart. */
function targetNames({ modules, config, layout, model }: Adapter): {
  readonly modules: readonly string[];
  readonly parameters: readonly string[];
} {
  const all = modulesOf(model, layout);
  const own = new Set(modules.map(({ module }) => module.name));
  const select = (names: readonly string[]): readonly string[] => {
    const tails = [...new Set(names.map((name) => name.split(".").at(-1)!))];
    const selected = all.filter(({ name }) => matches(name, tails));
    return selected.every(({ name }) => names.includes(name)) ? tails : names;
  };
  const isParameter = ({ parameter, kind }: (typeof all)[number]): boolean =>
    kind === "experts" || parameter.endsWith(".router.weight");
  const chosen = all.filter(({ name }) => own.has(name));
  const apart = chosen.filter(isParameter);
  const names = chosen.filter((module) => !isParameter(module)).map(({ name }) => name);
  const listed = Array.isArray(config.targets) && apart.length === 0 && config.exclude === null;
  return {
    modules: listed ? (config.targets as readonly string[]) : select(names),
    parameters: apart.map(({ name, kind }) => (kind === "experts" ? name : `${name}.weight`)),
  };
}
