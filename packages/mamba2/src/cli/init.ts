// mamba2 init: a freshly drawn checkpoint, with statistics of what was drawn.
import { INIT_PRESETS } from "../model/init-hook.ts";
import { Mamba2LM } from "../model/model.ts";
import { writeFolder } from "../node/write-folder.ts";
import { PRESET_NAMES } from "../config/presets.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import { type Command, UsageError } from "./command.ts";
import { LAYOUT_OPTION, layoutToSave, requireSavable, SAID_BEFORE } from "./destination.ts";
import { openConfig, openTokenizer, tokenizerFiles } from "./model.ts";
import { HUB_OPTIONS, openReader } from "./model-location.ts";

/** What --json says about one parameter. */
interface Statistics {
  readonly [field: string]: string | number | readonly number[];
  readonly name: string;
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export const initCommand: Command = {
  name: "init",
  summary: "draw a fresh model and save it",
  options: [
    { name: "config", value: "FILE|PRESET", help: `config.json of any naming, or one of ${PRESET_NAMES.join(", ")}` },
    { name: "preset", value: "PRESET", help: "the same, presets only" },
    { name: "out", value: "DIR", required: true, help: "folder to write to" },
    {
      name: "tokenizer",
      value: "DIR|OWNER/NAME",
      help: "folder or repository with tokenizer.json, to copy beside the model: it gives the size of a preset's vocabulary, and bos and eos where --config names none",
    },
    LAYOUT_OPTION,
    ...HUB_OPTIONS,
    { name: "seed", value: "S", help: "default 0" },
    {
      name: "init",
      value: INIT_PRESETS.join("|"),
      help: "how to draw; default scales projections into the residual stream by 1/√(2L)",
    },
  ],
  async run(options, io) {
    const tokenizer = await openTokenizer(options, io, undefined);
    const opened = await openConfig(options, io, tokenizer);
    if (!opened)
      throw new UsageError(`init: --config must name a file or one of ${PRESET_NAMES.join(", ")}; got neither.`);
    if (tokenizer) tokenizerFor(opened.config, tokenizer); // says when it does not fit
    const init = options.choice("init", INIT_PRESETS) ?? "default";
    const out = options.require("out");
    const layout = layoutToSave(options, opened.layout, opened.config);
    const model = new Mamba2LM(opened.config, { seed: options.integer("seed") ?? 0, init });
    await requireSavable("init", model, layout, io);
    await writeFolder(
      out,
      new Map([
        ...(tokenizer ? await tokenizerFiles(await openReader(options.require("tokenizer"), options, io)) : []),
        ...(await model.save(layout, SAID_BEFORE)).files,
      ]),
    );
    const parameters: Statistics[] = [];
    for (const [name, { shape, data }] of await model.stateDict())
      parameters.push({ name, shape, ...statistics(data) });
    for (const { name, mean, std, min, max } of parameters) {
      io.print(`${name.padEnd(44)} mean ${decimal(mean)} std ${decimal(std)} min ${decimal(min)} max ${decimal(max)}`);
    }
    return { checkpoint: out, init, parameters };
  },
};

/** Mean, standard deviation (of the sample itself, not an estimate), extremes. */
function statistics(data: Float32Array): {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
} {
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const value of data) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / data.length;
  const variance = data.reduce((total, value) => total + (value - mean) ** 2, 0) / data.length;
  return { mean, std: Math.sqrt(variance), min, max };
}

function decimal(value: number): string {
  return value.toFixed(5).padStart(9);
}
