// mamba2 generate: streams a continuation of a prompt.
import { ConfigError, type Device } from "@x/tensor/core";
import { generateTokens, type GenerateTextOptions } from "../generation/generate-text.ts";
import { endTokensOf } from "../generation/generate.ts";
import type { Mamba2LM } from "../model.ts";
import { requireWritableFile } from "../node/writable.ts";
import { writeAtomically } from "../node/write-folder.ts";
import { State } from "../state.ts";
import { tokenizerFor } from "../tokenizer.ts";
import type { Command, Io, Options } from "./command.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import {
  DEVICE_OPTIONS,
  MODEL_OPTION,
  NO_BOS_OPTION,
  openModel,
  openTokenizer,
  readBytes,
  TOKENIZER_OPTION,
  WEIGHT_OPTIONS,
  withDevice,
} from "./model.ts";
import { HUB_OPTIONS } from "./place.ts";
import { endOption, endTokens, SAMPLING_OPTIONS, samplingOptions, withDefaults } from "./sampling-options.ts";

export const generateCommand: Command = {
  name: "generate",
  summary: "continue a text",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ADAPTER_OPTION,
    {
      name: "prompt",
      value: "TEXT",
      required: true,
      mayBeEmpty: true,
      help: 'what to continue; "" goes on from --state, or begins a text',
    },
    ...SAMPLING_OPTIONS,
    { name: "stop", value: "TEXT", many: true, help: "texts that end the generation; the text ends before them" },
    NO_BOS_OPTION,
    { name: "state", value: "FILE", help: "continue from a saved state" },
    { name: "save-state", value: "FILE", help: "save the state after the last token" },
    TOKENIZER_OPTION,
    ...WEIGHT_OPTIONS,
    ...HUB_OPTIONS,
    ...DEVICE_OPTIONS,
  ],
  run: (options, io) => {
    const asked = samplingOptions(options);
    const ends = endTokens(options);
    const prompt = options.require("prompt");
    return withDevice(options, io, async (device) => {
      const model = await openModel(options, io, device);
      const sampling = withDefaults(asked, model, io);
      const tokenizer = tokenizerFor(model.config, await openTokenizer(options, io, options.require("model")));
      const start = await openState(options, io, model, device);
      const saveTo = options.text("save-state");
      if (saveTo !== undefined) await requireWritableFile(saveTo); // before the tokens that its state is of
      let end: State | undefined;

      const ids: number[] = [];
      let text = "";
      const give = (piece: string): void => {
        text += piece;
        if (!io.json) process.stdout.write(piece);
      };
      const settings: GenerateTextOptions = {
        ...sampling,
        tokenizer,
        stop: options.texts("stop"),
        ...endOption(model, ends, tokenizer, options, io),
        ...(options.flag("no-bos") && { specialTokens: false }),
        ...(start && { state: start }),
        ...(saveTo !== undefined && { onState: (state: State) => void (end = state) }),
      };
      const began = performance.now();
      const ending = endTokensOf(model.config, settings.eosTokenId);
      const tokens = generateTokens(model, prompt, settings);
      let steps = 0;
      let next = await tokens.next(); // errors about the options come before any output
      if (!io.json) process.stdout.write(prompt);
      for (; !next.done; next = await tokens.next()) {
        const { id, text: piece } = next.value;
        if (id !== undefined) steps++;
        if (id !== undefined && !ending.includes(id)) ids.push(id);
        give(piece);
      }
      io.print("");
      const seconds = (performance.now() - began) / 1000;
      if (saveTo !== undefined && end) await writeAtomically(saveTo, await end.serialize());
      const tokensPerSecond = ids.length / seconds;
      if (steps === 0 && next.value === "end token")
        io.note(
          "generate: the state's text has ended with an end token: there is nothing to go on with. Give a prompt, or other --eos.",
        );
      io.note(`${ids.length} tokens, ${tokensPerSecond.toFixed(1)} tokens/s; ended by ${next.value}`);
      return { text, ids, tokensPerSecond, endedBy: next.value };
    });
  },
};

/** The state of `--state`; says what it cannot continue. */
async function openState(options: Options, io: Io, model: Mamba2LM, device: Device): Promise<State | undefined> {
  const file = options.text("state");
  if (file === undefined) return undefined;
  const state = State.deserialize(await readBytes("--state", file), model.config, device);
  if (state.batch !== 1)
    throw new ConfigError(`--state: "${file}" must be the state of 1 sequence; got one of ${state.batch}.`, {
      field: "state",
      got: state.batch,
    });
  if (!state.progress.history)
    io.note(
      `state: "${file}" does not say which tokens it has read (an earlier version saved it): sampling begins anew, and nothing is known to be repeated.`,
    );
  return state;
}
