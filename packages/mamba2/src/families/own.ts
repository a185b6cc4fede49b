// This library's own layout: its names for fields and parameters, which hold every model that it can build.
import type { JsonValue } from "@x/tensor/core";
import { mamba2Config, type Mamba2Config, type Mamba2Fields } from "../config/config.ts";
import { requireQuantization } from "../model/quantization.ts";
import type { CheckpointLayout } from "./family.ts";
import { EMBEDDING, officialName, plainTensors } from "./plain.ts";

/** {@link CheckpointLayout} of this library. */
export const ownLayout: CheckpointLayout = {
  name: "own",
  title: "own",
  modelType: null,
  embeddingName: EMBEDDING,
  quantizes: true,

  readConfig(json) {
    const { quantization, ...fields } = json;
    return {
      config: mamba2Config(withInfinity(fields)),
      warnings: [],
      ...(quantization !== undefined && {
        quantization: requireQuantization("own config: quantization", quantization),
      }),
    };
  },

  writeConfig(config, _dtype, quantization) {
    const json: Readonly<Record<string, JsonValue>> = config as Mamba2Config & Readonly<Record<string, JsonValue>>;
    return { json: quantization ? { ...json, quantization: { ...quantization } } : json, warnings: [] };
  },

  nameOf: officialName,
  tensors: (config) => plainTensors(config, EMBEDDING),
};

/** `JSON.stringify` writes the Infinity of an unlimited dtLimit as null. */
function withInfinity(json: Readonly<Record<string, JsonValue>>): Mamba2Fields {
  const limit = json["dtLimit"];
  const read =
    Array.isArray(limit) && limit[1] === null ? { ...json, dtLimit: [limit[0]!, Infinity, ...limit.slice(2)] } : json;
  return read as Mamba2Fields;
}
