// mamba2 info: what a checkpoint is, and the memory it takes.
import type { JsonValue } from "@x/tensor/core";
import { parameterCount } from "../parameter-shapes.ts";
import { estimateMemory } from "../memory-estimate.ts";
import type { Command } from "./command.ts";
import { openCheckpoint } from "../checkpoint/files.ts";
import { folderReader } from "../node/folder.ts";
import { MODEL_OPTION, READING_OPTIONS, readingOptions, WEIGHT_OPTIONS, weightOptions } from "./model.ts";

export const infoCommand: Command = {
  name: "info",
  summary: "layout, configuration, number of parameters, element type, memory needed",
  options: [
    MODEL_OPTION,
    ...READING_OPTIONS,
    { name: "batch", value: "B", help: "sequences per training step, for the memory needed to train; default 8" },
    ...WEIGHT_OPTIONS,
    { name: "length", value: "L", help: "tokens per sequence, for the memory needed to train; default 256" },
  ],
  async run(options, io) {
    const { config, layout, tensors, warnings } = await openCheckpoint(
      await folderReader(options.require("model")),
      readingOptions(options),
    );
    for (const warning of warnings) io.note(warning);
    const dtypes = [...new Set([...tensors.values()].map(({ dtype }) => dtype))].sort().join(", ");
    const parameters = parameterCount(config);
    const batch = options.integer("batch", 1) ?? 8;
    const length = options.integer("length", 1) ?? 256;
    const { bytesToRun, bytesToTrain } = estimateMemory(config, { batch, length, ...weightOptions(options) });
    io.print(`layout      ${layout}`);
    io.print(`parameters  ${parameters.toLocaleString("en")} (${dtypes})`);
    io.print(`to run      ${megabytes(bytesToRun)}, one sequence`);
    io.print(`to train    ${megabytes(bytesToTrain)} with AdamW, ${batch} × ${length} tokens per step`);
    for (const [name, value] of Object.entries(config)) io.print(`${name.padEnd(23)} ${String(value)}`);
    return { layout, config: config as unknown as JsonValue, parameters, dtype: dtypes, bytesToRun, bytesToTrain };
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
