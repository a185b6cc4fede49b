// Rotary positions in the files of transformers: rope_parameters, and what came before it.
import { isJsonObject, type JsonObject, type JsonValue } from "@x/tensor/core";
import { type Mamba2Config, show } from "../config/config.ts";
import type { RotaryConfig } from "../config/parts.ts";
import { dimensions } from "../config/dimensions.ts";
import type { ConfigReader } from "./reader.ts";
import { requireEqual } from "./writing.ts";

const THETA = 10_000;
/** What an error about rotary fields says that the file calls them. */
export const ROTARY_NAMES: Readonly<Record<string, string>> = {
  partial_rotary_factor: "attention.rotary.size",
  rope_theta: "attention.rotary.theta",
};

const FIELDS: readonly string[] = [...Object.keys(ROTARY_NAMES), "rope_type", "type"];

/** How a library takes the part of each head that turns. */
export interface RotaryRules {
  /** where nothing says it */
  readonly partial: number;
  /** whether partial_rotary_factor counts outside of rope_parameters */
  readonly outside: boolean;
}

/**
 * The rotation that a file states: rope_scaling where it is not empty, else rope_parameters; what they lack is looked for beside them.
 *
 * @throws ConfigError for scaled positions
 */
export function readRotary(reader: ConfigReader, headDim: number, { partial, outside }: RotaryRules): RotaryConfig {
  const scaling = objectAt(reader, "rope_scaling");
  const parameters = objectAt(reader, "rope_parameters");
  const [name, fields] = Object.keys(scaling).length > 0 ? ["rope_scaling", scaling] : ["rope_parameters", parameters];
  const type = fields["rope_type"] ?? fields["type"] ?? "default";
  if (type !== "default")
    throw reader.wrong(`${name}.rope_type`, '"default"', type, "Scaled rotary positions are not supported.");
  const unread = Object.keys(fields).filter((field) => !FIELDS.includes(field));
  if (unread.length > 0) reader.warn(`ignored the unknown fields ${unread.join(", ")} of ${name}`);
  const beside = { theta: reader.get("rope_theta"), partial: reader.get("partial_rotary_factor") };
  const factor = fields["partial_rotary_factor"] ?? (outside ? beside.partial : undefined) ?? partial;
  if (typeof factor !== "number" || !(factor > 0 && factor <= 1))
    throw reader.wrong("partial_rotary_factor", "a number above 0 and at most 1", factor);
  if (!outside && beside.partial !== undefined && beside.partial !== factor)
    reader.warn(
      `partial_rotary_factor is ${show(beside.partial)}; outside of rope_parameters it is ignored, ${factor} holds`,
    );
  const theta = fields["rope_theta"];
  if (theta !== undefined && beside.theta !== undefined && beside.theta !== theta)
    reader.warn(`rope_theta is ${show(beside.theta)}; outside of ${name} it is ignored, ${show(theta)} holds`);
  return {
    size: Math.floor(headDim * factor),
    theta: (theta ?? beside.theta ?? THETA) as number,
    interleaved: false,
  };
}

/** Passes over the fields of positions in a model that has none. */
export function ignoreRotary(reader: ConfigReader): void {
  reader.ignore(["rope_scaling", "rope_parameters", "rope_theta", "partial_rotary_factor"]);
}

/** The rotation of a model, for every version of the library. @throws ConfigError for pairs of neighbours, which none of them has */
export function rotaryFields(title: string, config: Mamba2Config): JsonObject {
  const rotary = config.attention?.rotary;
  if (!rotary) return { rope_theta: THETA, rope_parameters: { rope_type: "default", rope_theta: THETA } };
  requireEqual(title, "attention.rotary.interleaved", rotary.interleaved, false);
  const { headDim } = dimensions(config).attention!;
  const exact = rotary.size / headDim;
  // the library takes the floor of the product
  const factor = Math.floor(exact * headDim) === rotary.size ? exact : (rotary.size + 0.5) / headDim;
  return {
    rope_theta: rotary.theta,
    rope_parameters: { rope_type: "default", rope_theta: rotary.theta, partial_rotary_factor: factor },
    partial_rotary_factor: factor,
  };
}

function objectAt(reader: ConfigReader, name: string): JsonObject {
  const value: JsonValue = reader.get(name) ?? {};
  if (isJsonObject(value)) return value;
  throw reader.wrong(name, "an object", value);
}
