// How a model's authors want its tokens to be chosen: the sampling fields of generation_config.json.
import type { JsonObject, JsonValue } from "@x/tensor/core";
import { SAMPLING_RULES, type SamplingOptions } from "../generation/sampling.ts";
import { TOKEN_ID_NAMES } from "../families/reader.ts";
import { unusedGenerationFields } from "./unused-generation-fields.ts";

/** Options of generation that a checkpoint states. */
export type GenerationDefaults = Pick<
  SamplingOptions,
  "temperature" | "topK" | "topP" | "minP" | "typicalP" | "repetitionPenalty"
>;

const NAMES: Readonly<Record<string, keyof GenerationDefaults>> = {
  temperature: "temperature",
  top_k: "topK",
  top_p: "topP",
  min_p: "minP",
  typical_p: "typicalP",
  repetition_penalty: "repetitionPenalty",
};

/** Which they are, and what cannot be used. */
export interface StatedDefaults {
  readonly defaults: GenerationDefaults;
  readonly warnings: readonly string[];
}

/**
 * The options that generation_config.json states. `do_sample: false` takes the best token always; where do_sample is not said, what is stated about sampling counts, although
 * transformers would not sample then. What else the file asks for is told by a warning.
 */
export function generationDefaults(generation: JsonObject | undefined): StatedDefaults {
  const defaults: { -readonly [K in keyof GenerationDefaults]: number } = {};
  const warnings: string[] = [];
  for (const [name, option] of Object.entries(NAMES)) {
    const value: JsonValue = generation?.[name] ?? null;
    if (value === null) continue;
    const [must, holds] = SAMPLING_RULES[option];
    if (holds(value)) defaults[option] = value as number;
    else
      warnings.push(
        `checkpoint: generation_config.json: ${name} must be ${must}; got ${JSON.stringify(value)}: it is not used.`,
      );
  }
  if (generation?.["do_sample"] === false) defaults.temperature = 0;
  const read = [...Object.keys(NAMES), ...Object.values(TOKEN_ID_NAMES)];
  return { defaults, warnings: [...warnings, ...unusedGenerationFields(generation ?? {}, read)] };
}

/** The fields of a generation_config.json with these options in them; undefined where it states them already, or none are given. */
export function withSampling(generation: JsonObject, wanted: GenerationDefaults | undefined): JsonObject | undefined {
  const { defaults: stated } = generationDefaults(generation);
  const names = Object.entries(NAMES).filter(([, option]) => wanted && wanted[option] !== stated[option]);
  if (names.length === 0) return undefined;
  const next: Record<string, JsonValue> = { ...generation };
  for (const [name, option] of names) {
    const value = wanted![option];
    // the library that reads the file has no temperature of 0
    const isGreedy = option === "temperature" && value === 0;
    if (value === undefined || isGreedy) delete next[name];
    else next[name] = value;
    if (isGreedy) next["do_sample"] = false;
    else if (option === "temperature" && next["do_sample"] === false) next["do_sample"] = true;
  }
  return next;
}

/** "temperature 0.6, top_k 50": as the file names them. */
export function shownDefaults(defaults: GenerationDefaults): string {
  return Object.entries(NAMES)
    .filter(([, option]) => defaults[option] !== undefined)
    .map(([name, option]) => `${name} ${defaults[option]}`)
    .join(", ");
}
