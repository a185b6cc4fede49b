// What the files of a checkpoint say beyond its model. Saved in the same layout, config.json is the file that it was, with what it would not say of the model changed;
// generation_config.json is kept in every layout.
import {
  ConfigError,
  formatJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type QuantizeParams,
} from "@x/tensor/core";
import { mamba2Config, type Mamba2Config } from "../config/config.ts";
import type { CheckpointLayout, ConfigDType, LayoutName, SerializedConfig } from "../families/family.ts";
import { FLOAT_FIELDS } from "../families/names.ts";
import { parseConfigJson } from "./detect.ts";
import { type GenerationDefaults, withSampling } from "./generation-defaults.ts";
import { generationOf, namedTokenIds, statedTokenIds } from "./token-ids.ts";

/** The files beside the tensors of a checkpoint that was read. */
export interface CheckpointOrigin {
  readonly layout: LayoutName;
  /** the text of config.json, or of the file in its place */
  readonly config: string;
  /** the name that it was loaded by, or its folder */
  readonly name?: string;
  /** the text of generation_config.json, where there was one */
  readonly generation?: string;
}

/** What is to be written. */
export interface Describing {
  readonly config: Mamba2Config;
  /** in the names of the layout */
  readonly written: SerializedConfig;
  readonly dtype: ConfigDType;
  readonly origin?: CheckpointOrigin | undefined;
  /** how tokens are to be chosen; absent: as the files say */
  readonly generationDefaults?: GenerationDefaults | undefined;
}

const DTYPE_NAMES: readonly string[] = ["torch_dtype", "dtype"];

/** The text of config.json, beside a generation_config.json of the text `generation`. */
export function configTextOf(
  layout: CheckpointLayout,
  { written, dtype, origin }: Describing,
  generation: string | undefined,
): string {
  const fresh = `${formatJson(written.json, { floats: FLOAT_FIELDS })}\n`;
  if (origin?.layout !== layout.name) return fresh;
  const was = parseConfigJson(origin.config);
  const asWritten = (json: JsonObject): JsonObject => {
    const { config, quantization } = toldBy(layout, json, generation);
    return layout.writeConfig(config, dtype, quantization).json;
  };
  const types = DTYPE_NAMES.filter((name) => typeof was[name] === "string");
  try {
    const kept = {
      ...changed(was, asWritten(was), written.json),
      ...Object.fromEntries(types.map((name) => [name, dtype])),
      ...(isBase(was) && isBase(written.json) === false && { architectures: written.json["architectures"]! }),
    };
    if (same(kept, was)) return origin.config;
    if (same(asWritten(kept), written.json)) return `${formatJson(kept, { floats: FLOAT_FIELDS })}\n`;
  } catch (error) {
    // a model that the layout cannot hold, or a field that means the same as one that was changed and contradicts it now
    if (!(error instanceof ConfigError)) throw error;
  }
  return fresh;
}

/** The text of generation_config.json; undefined where there is nothing to say. */
export function generationTextOf(
  layout: CheckpointLayout,
  { config, written, origin, generationDefaults }: Describing,
): string | undefined {
  const was = origin?.generation === undefined ? undefined : parseConfigJson(origin.generation);
  const wanted = withSampling(was ?? {}, generationDefaults);
  if (!was) {
    const fields = wanted ? { ...generationOf(config), ...wanted } : written.generation;
    return fields && `${formatJson(fields)}\n`;
  }
  const asIs =
    !wanted &&
    origin!.layout === layout.name &&
    same(
      namedTokenIds(toldBy(layout, parseConfigJson(origin!.config), origin!.generation).config),
      namedTokenIds(config),
    );
  return asIs ? origin!.generation : `${formatJson({ ...(wanted ?? was), ...namedTokenIds(config) })}\n`;
}

/** The model that two files describe. */
function toldBy(
  layout: CheckpointLayout,
  json: JsonObject,
  generation: string | undefined,
): { readonly config: Mamba2Config; readonly quantization?: QuantizeParams | undefined } {
  const { config, quantization } = layout.readConfig(json);
  const { ids } = statedTokenIds(generation === undefined ? undefined : parseConfigJson(generation));
  return { config: mamba2Config({ ...config, ...ids }), quantization };
}

/** Whether a file says that its tensors are those of a model without a head, which none that is written here is; undefined where it names no class. */
function isBase({ architectures }: JsonObject): boolean | undefined {
  if (!Array.isArray(architectures)) return undefined;
  return !architectures.some((name) => typeof name === "string" && name.endsWith("ForCausalLM"));
}

/** What was, with the difference between two others. */
function changed(was: JsonObject, before: JsonObject, now: JsonObject): JsonObject {
  const next: Record<string, JsonValue> = { ...was };
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [own, from, to] = [was[name], before[name], now[name]];
    if (same(from, to)) continue;
    if (to === undefined) delete next[name];
    else next[name] = isObject(own) && isObject(from) && isObject(to) ? changed(own, from, to) : to;
  }
  return next;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}

function same(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : formatJson(a as JsonValue) === formatJson(b as JsonValue);
}
