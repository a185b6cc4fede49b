// Which layout a checkpoint has, detected from the keys of its config.json and the names of its tensors; and reading a configuration
// of any naming from its text.

import {
  checkOptions,
  CheckpointError,
  ConfigError,
  type JsonValue,
  requireArity,
  requireIterable,
  requireOptions,
} from "@x/tensor/core";
import { jsonObjectIn } from "./json-text.ts";
import { isConfigField, mamba2Config } from "../config/config.ts";
import type { LayoutName, ParsedConfig } from "../families/family.ts";
import { NORM_GROUPS } from "../families/names.ts";
import { LAYOUTS, layoutNamed } from "../families/table.ts";

type PlainName = "official" | "hf" | "fla";

// transformers and FLA write the same model_type and the same class name, and FLA had many of transformers' names until 2026. How each calls the epsilon of its norms
// is in every file that they write, and only there; these are further names that one library alone has.
const EPSILON: Readonly<Record<"hf" | "fla", string>> = { hf: "layer_norm_epsilon", fla: "norm_eps" };
const ONLY: Readonly<Record<PlainName, readonly string[]>> = {
  official: [
    "ssm_cfg",
    "d_model",
    "n_layer",
    "d_intermediate",
    "attn_layer_idx",
    "attn_cfg",
    "pad_vocab_size_multiple",
    "tie_embeddings",
  ],
  hf: [EPSILON.hf, NORM_GROUPS],
  fla: [
    EPSILON.fla,
    "dt_limit",
    "dt_min",
    "dt_max",
    "dt_init_floor",
    "rmsnorm",
    "A_init_range",
    "D_has_hdim",
    "conv_init",
    "fuse_norm",
    "fuse_cross_entropy",
    "fuse_linear_cross_entropy",
    "use_l2warp",
  ],
};

/** Names that occur in every params.json of Mistral, and in no other library's file. */
const CODESTRAL: readonly string[] = ["dim", "n_layers"];

/** A layout, and what a user should know about how it was told. */
interface Detected {
  readonly layout: LayoutName;
  readonly warnings: readonly string[];
}

/**
 * Tells the layout of a checkpoint: by its model_type where that says it, else by the fields of its configuration that one library alone has, and where there are none by the
 * names of its tensors.
 *
 * @throws ConfigError for a model_type that cannot be loaded; CheckpointError when fields of several libraries are there, or nothing tells
 * @example
 * detectLayout({ d_model: 768, n_layer: 24, ssm_cfg: { layer: "Mamba2" } }); // "official"
 * detectLayout({ model_type: "bamba" });                                    // "bamba"
 */
export function detectLayout(
  json: Readonly<Record<string, JsonValue>>,
  tensorNames: Iterable<string> = [],
): LayoutName {
  requireArity("detectLayout", arguments, 2);
  requireOptions("detectLayout", json, "json");
  requireIterable("detectLayout", "tensorNames", tensorNames);
  return detect(json, tensorNames).layout;
}

function detect(json: Readonly<Record<string, JsonValue>>, tensorNames: Iterable<string>): Detected {
  if (Object.keys(json).some((name) => isConfigField(name) && /[A-Z]/.test(name)))
    return { layout: "own", warnings: [] };
  // whose model_type is that of Mamba-1 in transformers
  if (CODESTRAL.every((name) => Object.hasOwn(json, name))) return { layout: "codestral", warnings: [] };
  const stated = layoutOfType(json["model_type"]);
  if (stated !== undefined) return { layout: stated, warnings: [] };
  const ofHybrids = OF_HYBRIDS.find((name) => Object.hasOwn(json, name));
  if (ofHybrids !== undefined && json["model_type"] !== SHARED_TYPE)
    throw new ConfigError(
      `checkpoint: model_type must be given where config.json has ${ofHybrids}, which families of hybrids share: one of ${modelTypes().join(", ")}; got none.`,
      { field: "model_type" },
    );
  const found = (Object.keys(ONLY) as PlainName[]).map((layout) => ({
    layout,
    names: ONLY[layout].filter((name) => Object.hasOwn(json, name)),
  }));
  const present = found.filter(({ names }) => names.length > 0);
  const listed = present.map(({ layout, names }) => `${names.join(", ")} (${LAYOUTS[layout].title})`).join(" and ");
  if (present.length === 1) return { layout: present[0]!.layout, warnings: [] };
  if (present.length > 1) {
    const epsilon = (["hf", "fla"] as const).filter((layout) => Object.hasOwn(json, EPSILON[layout]));
    const [layout] = epsilon;
    if (epsilon.length !== 1 || layout === undefined || present.some((one) => one.layout === "official")) {
      throw new CheckpointError(
        `checkpoint: config.json must have the names of one library; got ${listed}. Say whose layout it is ({ layout }, --from).`,
        {
          got: present.flatMap(({ names }) => names),
        },
      );
    }
    return {
      layout,
      warnings: [
        `checkpoint: config.json has ${listed}; ${EPSILON[layout]} decided that its layout is that of ${LAYOUTS[layout].title}.`,
      ],
    };
  }
  const names = new Set(tensorNames);
  const foreign = ["model_type", "hidden_size"].find((name) => Object.hasOwn(json, name));
  if (foreign !== undefined) {
    const warning =
      `checkpoint: config.json has no field that transformers or FLA alone has; ${foreign} decided for transformers. ` +
      "FLA's defaults differ: say { layout: \"fla\" } (--from fla) where it is FLA's.";
    return { layout: "hf", warnings: [warning] };
  }
  for (const layout of ["official", "hf"] as const)
    if (names.has(LAYOUTS[layout].embeddingName)) return { layout, warnings: [] };
  throw new CheckpointError(
    "checkpoint: its config.json must be of the official implementation (d_model, ssm_cfg), of transformers (hidden_size, time_step_limit), " +
      `of FLA (hidden_size, dt_limit) or of Mistral (dim, n_layers); got the fields ${Object.keys(json).slice(0, 12).join(", ") || "(none)"}.`,
    { got: Object.keys(json) },
  );
}

/** The model_type that transformers and FLA share. */
const SHARED_TYPE = "mamba2";

/** Fields that no plain model has. */
const OF_HYBRIDS = ["num_attention_heads", "mamba_d_state", "mamba_n_heads", "hybrid_override_pattern"];

const modelTypes = (): string[] => [...new Set(Object.values(LAYOUTS).flatMap(({ modelType }) => modelType ?? []))];

/** The layout that a model_type alone determines; undefined where there is none, or several layouts share it. @throws ConfigError for a model that cannot be built */
function layoutOfType(type: JsonValue | undefined): LayoutName | undefined {
  if (type === undefined || type === null || type === SHARED_TYPE) return undefined;
  const found = Object.values(LAYOUTS).find(({ modelType }) => modelType === type);
  if (found) return found.name;
  const types = modelTypes();
  throw new ConfigError(
    `checkpoint: model_type must be one of ${types.join(", ")}; got ${JSON.stringify(type)}. Other models cannot be loaded.`,
    { field: "model_type", expected: types, got: type },
  );
}

/** What the files do not say, or say ambiguously. */
export interface ReadConfigOptions {
  /** whose names config.json has; default: detected from the fields that one library alone has */
  readonly layout?: LayoutName;
  /** groups of channels that the gated norm norms apart; default: what the file says or its library does */
  readonly gatedNormGroups?: number;
  /**
   * clamp of dt after softplus; default: what the file says. transformers evaluates Nemotron-H with [time_step_min, Infinity], [0.001, Infinity] in the published files,
   * whatever their time_step_limit says; the models were made without that.
   */
  readonly dtLimit?: readonly [number, number];
}

/** A configuration read from a text, and whose naming it is in. */
export interface ReadConfigText extends ParsedConfig {
  readonly layout: LayoutName;
}

/**
 * Reads a configuration in the naming of any layout. Takes the bare `Infinity` that Python writes.
 *
 * @throws ConfigError for what is not JSON and for a configuration that cannot be built
 * @example
 * const { config, warnings } = readConfigText('{ "dModel": 64, "nLayer": 2, "headDim": 16, "vocabSize": 256 }');
 */
export function readConfigText(
  text: string,
  tensorNames: Iterable<string> = [],
  options: ReadConfigOptions = {},
): ReadConfigText {
  requireArity("readConfigText", arguments, 3);
  requireIterable("readConfigText", "tensorNames", tensorNames);
  checkOptions<ReadConfigOptions>("readConfigText", options, { layout: true, gatedNormGroups: true, dtLimit: true });
  const json = parseConfigJson(text);
  const { gatedNormGroups, dtLimit } = options;
  const { layout, warnings } =
    options.layout === undefined
      ? detect(json, tensorNames)
      : { layout: layoutNamed(options.layout).name, warnings: [] };
  if ((json["quantization_config"] ?? null) !== null)
    throw new ConfigError(
      "config: quantization_config must be absent or null; got an object. Integers of other libraries are not read: load the model that they were made from, with quantize.",
      { field: "quantization_config", got: json["quantization_config"] },
    );
  // told before the rest is read, so that no warning asks for it
  const read = LAYOUTS[layout].readConfig(
    layout === "hf" && gatedNormGroups !== undefined ? { ...json, [NORM_GROUPS]: gatedNormGroups } : json,
  );
  return {
    layout,
    config: mamba2Config({
      ...read.config,
      ...(gatedNormGroups !== undefined && { gatedNormGroups }),
      ...(dtLimit !== undefined && { dtLimit }),
    }),
    warnings: [...warnings, ...read.warnings],
    ...(read.quantization && { quantization: read.quantization }),
  };
}

/** The object in a config.json. */
export function parseConfigJson(text: string): Readonly<Record<string, JsonValue>> {
  requireArity("parseConfigJson", arguments, 1);
  return jsonObjectIn("config:", text, { nonFinite: true, Kind: ConfigError });
}
