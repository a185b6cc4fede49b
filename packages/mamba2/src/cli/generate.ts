// mamba2 generate: streams a continuation of a prompt.
import { ConfigError } from "@x/tensor";
import type { GenerateOptions } from "../generate.ts";
import { writeAtomically } from "../node/folder.ts";
import { State } from "../state.ts";
import { tokenizerFor } from "../tokenizer.ts";
import type { Command, Options } from "./command.ts";
import { DEVICE_OPTIONS, MODEL_OPTION, openModel, openTokenizer, readBytes, TOKENIZER_OPTION, WEIGHT_OPTIONS, withDevice } from "./model.ts";

export const generateCommand: Command = {
  name: "generate",
  summary: "continue a text",
  options: [
    MODEL_OPTION,
    { name: "prompt", value: "TEXT", required: true, help: "what to continue" },
    { name: "tokens", value: "N", help: "how many tokens at most; default 256" },
    { name: "temperature", value: "T", help: "0 always takes the best token; default 1" },
    { name: "top-k", value: "K", help: "keep the K best tokens; 0 keeps all; default 0" },
    { name: "top-p", value: "P", help: "keep the fewest best tokens whose probabilities reach P; default 1" },
    { name: "min-p", value: "P", help: "drop tokens below this fraction of the best one's probability; default 0" },
    { name: "repetition-penalty", value: "R", help: "above 1 makes tokens that occurred less likely; default 1" },
    { name: "seed", value: "S", help: "default 0" },
    { name: "state", value: "FILE", help: "continue from a saved state" },
    { name: "save-state", value: "FILE", help: "save the state after the last token" },
    TOKENIZER_OPTION,
    ...WEIGHT_OPTIONS, ...DEVICE_OPTIONS,
  ],
  run: (options, io) => {
    const sampling = samplingOptions(options);
    const prompt = options.require("prompt");
    return withDevice(options, io, async (device) => {
      const model = await openModel(options, io, device);
      const tokenizer = tokenizerFor(model.config, await openTokenizer(options, options.require("model")));
      const promptIds = [...tokenizer.encode(prompt)];
      if (promptIds.length === 0) throw new ConfigError("generate: --prompt must have at least one token; got an empty text.", { field: "prompt" });
      const stateFile = options.text("state");
      const start = stateFile === undefined ? undefined : State.deserialize(await readBytes("--state", stateFile), model.config, device);
      const saveTo = options.text("save-state");
      let end: State | undefined;

      const ids: number[] = [];
      const stream = tokenizer.stream(promptIds);
      let text = "";
      const give = (piece: string): void => {
        text += piece;
        if (!io.json) process.stdout.write(piece);
      };
      if (!io.json) process.stdout.write(prompt);
      const began = performance.now();
      const limits: GenerateOptions = {
        ...sampling, vocabSize: Math.min(model.config.vocabSize, tokenizer.vocabSize),
        ...(start && { state: start }), ...(saveTo !== undefined && { onState: (state: State) => void (end = state) }),
      };
      for await (const [id] of model.generateIds([promptIds], limits)) {
        if (model.config.eosTokenId !== null && [model.config.eosTokenId].flat().includes(id!)) continue; // the last one
        ids.push(id!);
        give(stream.push(id!));
      }
      give(stream.end());
      io.print("");
      const seconds = (performance.now() - began) / 1000;
      if (saveTo !== undefined && end) await writeAtomically(saveTo, await end.serialize());
      const tokensPerSecond = ids.length / seconds;
      io.note(`${ids.length} tokens, ${tokensPerSecond.toFixed(1)} tokens/s`);
      return { text, ids, tokensPerSecond };
    });
  },
};

function samplingOptions(options: Options): GenerateOptions {
  const given: Record<string, number | undefined> = {
    maxTokens: options.integer("tokens"), temperature: options.number("temperature", 0), topK: options.integer("top-k"),
    topP: options.positive("top-p", 1), minP: options.number("min-p", 0, 1), repetitionPenalty: options.positive("repetition-penalty"),
    seed: options.integer("seed"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
