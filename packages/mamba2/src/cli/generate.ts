// mamba2 generate: streams a continuation of a prompt; several prompts, samples or log-probabilities are given whole (completions.ts).
import { ConfigError } from "@x/tensor/core";
import { generateTokens, type GenerateTextOptions } from "../generation/generate-text.ts";
import { endTokensOf } from "../generation/generate.ts";
import type { Mamba2LM } from "../model/model.ts";
import { requireWritableFile } from "../node/writable.ts";
import { writeAtomically } from "../node/write-folder.ts";
import { State } from "../state/state.ts";
import { type Command, type Io, type Options, UsageError } from "./command.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import { printCompletions } from "./completions.ts";
import { MODEL_OPTION, NO_BOS_OPTION, openTextModel, readBytes, TEXT_MODEL_OPTIONS, withDevice } from "./model.ts";
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
      repeated: true,
      help: 'what to continue; "" goes on from --state, or begins a text. Several times: several texts, which are read and continued in one batch',
    },
    ...SAMPLING_OPTIONS,
    {
      name: "seed",
      value: "S[,S]",
      help: "of the random draws; one per prompt gives each what it gets alone. Default that of the state that is gone on from, else 0",
    },
    { name: "n", value: "N", help: "samples of each prompt, which is read once; default 1" },
    {
      name: "logprobs",
      value: "K",
      help: "give the log-probability of each token, and those of the K likeliest in its place",
    },
    { name: "stop", value: "TEXT", many: true, help: "texts that end the generation; the text ends before them" },
    NO_BOS_OPTION,
    { name: "state", value: "FILE", help: "continue from a saved state of the same model" },
    { name: "other-model", help: "with --state: continue also from the state of a model with other values" },
    { name: "save-state", value: "FILE", help: "save the state after the last token" },
    ...TEXT_MODEL_OPTIONS,
  ],
  run: (options, io) => {
    const prompts = options.texts("prompt");
    const asked = { ...samplingOptions(options), ...seedOption(options, prompts.length) };
    const ends = endTokens(options);
    const [n, logprobs] = [options.integer("n", 1), options.integer("logprobs")];
    const whole = { ...(n !== undefined && { n }), ...(logprobs !== undefined && { logprobs }) };
    const isWhole = prompts.length > 1 || Object.keys(whole).length > 0;
    checkTogether(options, prompts.length, isWhole);
    return withDevice(options, io, async (device) => {
      const { model, tokenizer } = await openTextModel(options, io, device);
      const sampling = withDefaults(asked, model, io);
      const start = await openState(options, io, model);
      const saveTo = options.text("save-state");
      if (saveTo !== undefined) await requireWritableFile(saveTo); // before the tokens that its state is of
      const settings: GenerateTextOptions = {
        ...sampling,
        tokenizer,
        stop: options.texts("stop"),
        ...endOption(model, ends, tokenizer, options, io),
        ...(options.flag("no-bos") && { specialTokens: false }),
        ...(start && { state: start }),
      };
      if (isWhole) return printCompletions(model, prompts, { ...settings, ...whole, tokenizer }, io);
      const prompt = prompts[0]!;
      let end: State | undefined;

      const ids: number[] = [];
      let text = "";
      const give = (piece: string): void => {
        text += piece;
        if (!io.json) process.stdout.write(piece);
      };
      const began = performance.now();
      const ending = endTokensOf(model.config, settings.eosTokenId);
      const onState = (state: State): void => void (end = state);
      const tokens = generateTokens(model, prompt, { ...settings, ...(saveTo !== undefined && { onState }) });
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
      if (saveTo !== undefined && end) await writeAtomically(saveTo, await end.serialize(model));
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

/** A seed, or one per prompt. */
function seedOption(options: Options, prompts: number): { readonly seed?: number | readonly number[] } {
  const seeds = options.integers("seed");
  if (!seeds) return {};
  if (seeds.length === 1) return { seed: seeds[0]! };
  if (seeds.length === prompts) return { seed: seeds };
  throw new UsageError(`generate: --seed must be one number, or one per --prompt, ${prompts}; got ${seeds.length}.`);
}

/** Raises about options that do not go together. */
function checkTogether(options: Options, prompts: number, isWhole: boolean): void {
  if (options.has("other-model") && !options.has("state"))
    throw new UsageError("generate: --other-model must be given with --state, whose model it is about.");
  if (options.has("state") && prompts > 1)
    throw new UsageError(`generate: --state is the state of one text: --prompt must be given once; got ${prompts}.`);
  if (options.has("save-state") && isWhole)
    throw new UsageError(
      "generate: --save-state keeps the state of one text: neither several --prompt nor --n nor --logprobs must be given with it.",
    );
}

/** The state of `--state`; says what it cannot continue. */
async function openState(options: Options, io: Io, model: Mamba2LM): Promise<State | undefined> {
  const file = options.text("state");
  if (file === undefined) return undefined;
  const otherModel = options.flag("other-model");
  const state = await State.deserialize(await readBytes("--state", file), model, { otherModel });
  if (state.batch !== 1)
    throw new ConfigError(`--state: "${file}" must be the state of 1 sequence; got one of ${state.batch}.`, {
      field: "state",
      got: state.batch,
    });
  if (!state.progress.history)
    io.note(
      `state: "${file}" does not say which tokens it has read (an earlier version saved it): sampling starts over, and nothing is known to be repeated.`,
    );
  return state;
}
