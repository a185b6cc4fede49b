// What a layout says of a configuration: an error about what it has no name for, a warning about what gets lost.
import { checkOptions, ConfigError, type JsonValue } from "@x/tensor/core";
import { warn, type WarningOptions } from "../checkpoint/warnings.ts";
import { show, type Mamba2Config } from "../config/config.ts";
import { hasPart, type Layer, layerOf } from "../config/layers.ts";
import { dimensions } from "../config/dimensions.ts";
import { NO_MULTIPLIERS, type Multipliers } from "../config/parts.ts";
import type { ConfigDType, SerializedConfig } from "./family.ts";
import { namedFields, valueAt } from "./fields.ts";
import type { FieldPath, NameTable } from "./names.ts";

/** Raises a ConfigError when a setting that changes what the model computes has no name in a layout. */
export function requireWritable(
  title: string,
  config: Mamba2Config,
  only: { readonly [F in FieldPath]?: unknown },
): void {
  for (const [field, expected] of Object.entries(only))
    requireEqual(title, field, valueAt(config, field as FieldPath), expected);
}

/** The same about one field, or what it means. */
export function requireEqual(title: string, field: string, got: unknown, expected: unknown): void {
  if (show(got) === show(expected)) return;
  throw new ConfigError(
    `${title} config: cannot express ${field} = ${show(got)}; that library always has ${show(expected)}.`,
    { field, expected, got },
  );
}

/** Raises a ConfigError unless all factors but those named are 1. */
export function requireMultipliers(
  title: string,
  { multipliers }: Mamba2Config,
  named: readonly (keyof Multipliers)[] = [],
): void {
  for (const name of Object.keys(NO_MULTIPLIERS) as (keyof Multipliers)[])
    if (!named.includes(name)) requireEqual(title, `multipliers.${name}`, multipliers[name], NO_MULTIPLIERS[name]);
}

/**
 * Raises a ConfigError unless every layer is among those that a library can build.
 *
 * @param must what they are, in words
 */
export function requireLayers(
  title: string,
  config: Mamba2Config,
  must: string,
  holds: (layer: Layer) => boolean,
): void {
  for (let i = 0; i < config.nLayer; i++) {
    const layer = layerOf(config, i);
    if (holds(layer)) continue;
    throw new ConfigError(
      `${title} config: cannot express layers[${i}] = ${JSON.stringify(layer)}; that library has ${must}.`,
      { field: "layers", expected: must, got: layer },
    );
  }
}

/** Raises a ConfigError about what transformers' and FLA's Mamba-2 cannot build: layers that are not a mixer alone, factors, and what they have no names for. */
export function requirePlain(title: string, config: Mamba2Config): void {
  dimensions(config); // raises about what does not come from mamba2Config
  if (!config.layers) requireWritable(title, config, { dIntermediate: 0 });
  requireLayers(title, config, "a mixer alone in each layer", (layer) => layer.length === 1 && layer[0] === "mixer");
  requireMultipliers(title, config);
  requireMixers(title, config, { outBias: config.bias });
  requireWritable(title, config, { rmsNorm: true });
}

const CONFIG_DTYPES: readonly unknown[] = ["float32", "float16", "bfloat16"] satisfies ConfigDType[];

/** What transformers' and FLA's config.json of plain Mamba-2 share. @throws ConfigError for a dtype that they do not name so */
export function plainJson(
  names: NameTable,
  config: Mamba2Config,
  dtype: ConfigDType,
  own: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> {
  if (!CONFIG_DTYPES.includes(dtype))
    throw ConfigError.must("config", "dtype", `be one of ${CONFIG_DTYPES.join(", ")}`, dtype);
  const { nHeads, paddedVocabSize } = dimensions(config);
  return {
    architectures: ["Mamba2ForCausalLM"],
    model_type: "mamba2",
    ...namedFields(names, config),
    vocab_size: paddedVocabSize,
    num_heads: nHeads,
    hidden_act: "silu",
    bos_token_id: config.bosTokenId,
    eos_token_id: config.eosTokenId,
    pad_token_id: config.padTokenId,
    torch_dtype: dtype,
    use_cache: true,
    ...own,
  };
}

/** Raises a ConfigError about settings of mixers, if there are any: an MLP beside the state-space part, learnable states, and `only`. */
export function requireMixers(title: string, config: Mamba2Config, only: Parameters<typeof requireWritable>[2]): void {
  if (!hasPart(config, "mixer")) return;
  if (dimensions(config).dMlp > 0) requireWritable(title, config, { dSsm: null });
  requireWritable(
    title,
    { ...config, outBias: config.outBias ?? config.bias },
    { learnableInitialState: false, ...only },
  );
}

/** Groups of channels that the gated norm norms apart. */
export function normGroups({ gatedNormGroups, nGroups }: Mamba2Config): number {
  return gatedNormGroups ?? nGroups;
}

/** Raises a ConfigError unless the gated norm has the groups of a library, where it matters. */
export function requireNormGroups(title: string, config: Mamba2Config, expected: number): void {
  if (config.gatedNorm && hasPart(config, "mixer"))
    requireEqual(title, "gatedNormGroups", normGroups(config), expected);
}

/** The fields of a written configuration; what it lacks goes where the options say. */
export function jsonOf(
  { json, warnings, generation }: SerializedConfig,
  op: string,
  options: WarningOptions,
): SerializedConfig["json"] {
  checkOptions<WarningOptions>(op, options, { onWarning: "function" });
  const apart = generation
    ? [
        `${op}: the special tokens ${JSON.stringify(generation)} are not among these fields; they belong in generation_config.json, which save writes.`,
      ]
    : [];
  warn([...warnings, ...apart], options);
  return json;
}

/** Names the settings of initialisation that differ from what a library does and that its file cannot say. */
export function lostSettings(title: string, config: Mamba2Config, standard: Partial<Mamba2Config>): string[] {
  return Object.entries(standard).flatMap(([field, value]) => {
    const got = config[field as keyof Mamba2Config];
    if (show(got) === show(value)) return [];
    return [
      `${title} config: ${field} = ${show(got)} is not written; that library has no name for it. It matters for fresh models only.`,
    ];
  });
}
