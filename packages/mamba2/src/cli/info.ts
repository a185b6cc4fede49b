// mamba2 info: what a checkpoint is, and the memory it takes.
import type { JsonValue } from "@x/tensor/core";
import { type Mamba2Config, show } from "../config/config.ts";
import { parameterCount } from "../config/parameter-shapes.ts";
import { activeParameters, layersOfParts, parameterPlaces, stateSizes } from "../config/part-sizes.ts";
import { estimateMemory } from "../memory/memory-estimate.ts";
import { agreedQuantization, shownQuantization } from "../model/quantization.ts";
import type { Command } from "./command.ts";
import { shownDefaults } from "../checkpoint/generation-defaults.ts";
import { openCheckpoint } from "../checkpoint/files.ts";
import { MODEL_OPTION, WEIGHT_OPTIONS, weightOptions } from "./model.ts";
import { READING_OPTIONS, readingOptions } from "./reading-options.ts";
import { HUB_OPTIONS, openReader } from "./model-location.ts";

/** States are f32. */
const F32 = 4;

export const infoCommand: Command = {
  name: "info",
  summary: "layout, configuration, layers and parameters of each kind, element type, memory needed",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ...READING_OPTIONS,
    ...HUB_OPTIONS,
    { name: "batch", value: "B", help: "sequences per training step, for the memory needed to train; default 8" },
    ...WEIGHT_OPTIONS,
    { name: "length", value: "L", help: "tokens per sequence, for the memory needed to train; default 256" },
  ],
  async run(options, io) {
    const { config, layout, tensors, quantization, generationDefaults, warnings } = await openCheckpoint(
      await openReader(options.require("model"), options, io),
      readingOptions(options),
    );
    for (const warning of warnings) io.note(warning);
    const dtypes = [...new Set([...tensors.values()].map(({ dtype }) => dtype))].sort().join(", ");
    const parameters = parameterCount(config);
    const batch = options.integer("batch", 1) ?? 8;
    const length = options.integer("length", 1) ?? 256;
    const { quantize, ...weights } = weightOptions(options);
    const held = agreedQuantization("info", quantization, quantize);
    const { bytesToRun, bytesToTrain } = estimateMemory(config, {
      batch,
      length,
      ...weights,
      ...(held && { quantize: held }),
    });
    const places = parameterPlaces(config);
    const layers = layersOfParts(config);
    const active = activeParameters(config);
    const state = stateSizes(config);
    const [stateBytes, cacheBytesPerToken] = [F32 * state.fixed, F32 * state.perToken];
    io.print(`layout      ${layout}`);
    io.print(`layers      ${config.nLayer}: ${listed(layers)}`);
    io.print(`parameters  ${parameters.toLocaleString("en")} (${dtypes}): ${listed(places)}`);
    if (quantization) io.print(`quantised   projections, ${shownQuantization(quantization)} that share a factor`);
    const generation = shownDefaults(generationDefaults);
    if (generation !== "") io.print(`generation  ${generation}`);
    if (active < parameters) io.print(`active      ${active.toLocaleString("en")} parameters compute one token`);
    io.print(
      `state       ${bytesOf(stateBytes)} per sequence${
        cacheBytesPerToken > 0 ? `, and ${bytesOf(cacheBytesPerToken)} of keys and values per token` : ""
      }`,
    );
    io.print(
      `to run      ${megabytes(bytesToRun)}, one sequence${cacheBytesPerToken > 0 ? ` of ${length} tokens` : ""}`,
    );
    io.print(
      quantization
        ? "to train    not as it is: integers are frozen"
        : `to train    ${megabytes(bytesToTrain)} with AdamW, ${batch} × ${length} tokens per step`,
    );
    for (const [name, value] of shownFields(config)) io.print(`${name.padEnd(23)} ${value}`);
    return {
      layout,
      config: config as unknown as JsonValue,
      layers: { ...layers },
      parameters,
      parameterPlaces: { ...places },
      activeParameters: active,
      dtype: dtypes,
      quantization: quantization ? { ...quantization } : null,
      generation: { ...generationDefaults },
      stateBytes,
      cacheBytesPerToken,
      bytesToRun,
      bytesToTrain,
    };
  },
};

/** "28 mixer, 4 attention". */
function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count.toLocaleString("en")} ${name}`)
    .join(", ");
}

/** Fields as they would be typed, those of parts under their names; layers as runs of equal ones. */
function shownFields(config: Mamba2Config): [name: string, value: string][] {
  return Object.entries(config).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    if (name === "layers" && config.layers) return [[name, runsOf(config.layers.map((layer) => layer.join(", ")))]];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [[name, show(value)]];
    return Object.entries(value).map(([field, inner]) => [`${name}.${field}`, show(inner)]);
  });
}

/** "2 × (mixer, mlp); 1 × (attention, mlp)". */
function runsOf(layers: readonly string[]): string {
  const runs: [count: number, layer: string][] = [];
  for (const layer of layers) {
    const last = runs.at(-1);
    if (last?.[1] === layer) last[0]++;
    else runs.push([1, layer]);
  }
  return runs.map(([count, layer]) => `${count} × (${layer})`).join("; ");
}

function bytesOf(bytes: number): string {
  return bytes < 1e5 ? `${bytes.toLocaleString("en")} bytes` : megabytes(bytes);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
