// mamba2 convert: a checkpoint in another layout's names, with an adapter written into it, or its projections as integers. Other tensors keep their bits.
import { mergedSources } from "../adapters/merged-sources.ts";
import { openCheckpoint } from "../checkpoint/files.ts";
import { quantizedSources } from "../checkpoint/quantize.ts";
import { streamCheckpoint } from "../checkpoint/streamed.ts";
import { checkWritable } from "../checkpoint/writable.ts";
import { LAYOUT_NAMES } from "../families/table.ts";
import { writeFolder } from "../node/write-folder.ts";
import { agreedQuantization, DEFAULT_GROUP_SIZE, shownQuantization } from "../model/quantization.ts";
import { ADAPTER_OPTION, adapterOption } from "./adapter.ts";
import { type Command, UsageError } from "./command.ts";
import { bitsOption, MODEL_OPTION, tokenizerFiles } from "./model.ts";
import { HUB_OPTIONS, openReader } from "./model-location.ts";
import { READING_OPTIONS, readingOptions } from "./reading-options.ts";

export const convertCommand: Command = {
  name: "convert",
  summary: "rewrite a checkpoint: another implementation's layout, projections as integers, an adapter written in",
  positionals: ["model", "out"],
  options: [
    MODEL_OPTION,
    { ...ADAPTER_OPTION, help: "a low-rank adapter, as PEFT writes it, to write into the weights" },
    ...READING_OPTIONS,
    ...HUB_OPTIONS,
    {
      name: "to",
      value: LAYOUT_NAMES.join("|"),
      help: "whose layout; default with integers: own, which alone keeps them; with an adapter: the model's",
    },
    { name: "quantize", value: "8|4", help: "store projections as integers of so many bits, a factor per group of 32" },
    { name: "out", value: "DIR", required: true, help: "folder to write to" },
  ],
  async run(options, io) {
    const bits = bitsOption(options);
    const out = options.require("out");
    const read = await openReader(options.require("model"), options, io);
    const checkpoint = await openCheckpoint(read, readingOptions(options));
    const { config, layout, quantization: stored } = checkpoint;
    for (const warning of checkpoint.warnings) io.note(warning);
    agreedQuantization("convert", stored, bits && { bits });
    const quantization = stored ?? (bits && { bits, groupSize: DEFAULT_GROUP_SIZE });
    const to =
      options.choice("to", LAYOUT_NAMES) ?? (quantization ? "own" : options.has("adapter") ? layout : undefined);
    if (to === undefined) throw new UsageError("convert: --to must be given, or --quantize, or --adapter.");
    const { origin } = checkpoint;
    const writing = { origin, ...(quantization && { quantization }) };
    checkWritable(to, config, writing);
    using adapter = await adapterOption(config, options, io);
    const sources = adapter ? mergedSources(checkpoint.tensors, adapter, stored) : checkpoint.tensors;
    const tensors = quantization && !stored ? quantizedSources(sources, quantization) : sources;
    const { files, count, warnings } = streamCheckpoint(to, config, tensors, writing);
    for (const warning of warnings) io.note(warning);
    await writeFolder(out, new Map([...(await tokenizerFiles(read)), ...files]), { withoutTokenizer: true });
    const how = quantization ? `, projections of ${shownQuantization(quantization)}` : "";
    io.print(`${layout} → ${to}: ${count} tensors in ${out}${how}`);
    return {
      from: layout,
      to,
      tensors: count,
      checkpoint: out,
      ...(quantization && { quantization: { ...quantization } }),
    };
  },
};
