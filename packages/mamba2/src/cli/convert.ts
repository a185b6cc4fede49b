// mamba2 convert: a checkpoint in another layout's names. Tensors keep their bits.
import { writeCheckpoint } from "../checkpoint/files.ts";
import { writeFolder } from "../node/write-folder.ts";
import { type Command, UsageError } from "./command.ts";
import { LAYOUT_NAMES } from "../families/table.ts";
import { MODEL_OPTION, openCheckpoint, tokenizerFiles, withGenerationOf } from "./model.ts";
import { READING_OPTIONS, readingOptions } from "./reading-options.ts";
import { HUB_OPTIONS, openPlace } from "./place.ts";

export const convertCommand: Command = {
  name: "convert",
  summary: "rewrite a checkpoint in the layout of another implementation",
  positionals: ["model", "out"],
  options: [
    MODEL_OPTION,
    ...READING_OPTIONS,
    ...HUB_OPTIONS,
    { name: "to", value: LAYOUT_NAMES.join("|"), required: true, help: "whose layout" },
    { name: "out", value: "DIR", required: true, help: "folder to write to" },
  ],
  async run(options, io) {
    const to = options.choice("to", LAYOUT_NAMES);
    if (to === undefined) throw new UsageError("convert: --to must be given.");
    const out = options.require("out");
    const read = await openPlace(options.require("model"), options, io);
    const { config, layout, tensors } = await openCheckpoint(read, io, readingOptions(options));
    const { files, warnings } = writeCheckpoint(to, config, tensors);
    for (const warning of warnings) io.note(warning);
    await writeFolder(
      out,
      new Map([...(await tokenizerFiles(read)), ...(await withGenerationOf(read, config, files))]),
      { withoutTokenizer: true },
    );
    io.print(`${layout} → ${to}: ${tensors.size} tensors in ${out}`);
    return { from: layout, to, tensors: tensors.size, checkpoint: out };
  },
};
