// How the tokens of a text are chosen, and which end it: options of every command that generates.
import type { Tokenizer } from "@x/nn/core";
import { shownDefaults } from "../checkpoint/generation-defaults.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import type { Mamba2LM } from "../model/model.ts";
import { type Io, type Option, type Options, UsageError } from "./command.ts";

export const SAMPLING_OPTIONS: readonly Option[] = [
  { name: "tokens", value: "N", help: "how many tokens at most; default 256" },
  { name: "temperature", value: "T", help: "0 always takes the best token; default 1" },
  { name: "top-k", value: "K", help: "keep the K best tokens; 0 keeps all; default 0" },
  { name: "top-p", value: "P", help: "keep the fewest best tokens whose probabilities reach P; default 1" },
  { name: "min-p", value: "P", help: "drop tokens below this fraction of the best one's probability; default 0" },
  {
    name: "typical-p",
    value: "P",
    help: "keep the fewest tokens of the most expected surprise whose probabilities reach P; default 1",
  },
  { name: "repetition-penalty", value: "R", help: "above 1 makes tokens that occurred less likely; default 1" },
  {
    name: "presence-penalty",
    value: "P",
    help: "is subtracted from the score of tokens that were generated; from -2 to 2, default 0",
  },
  { name: "frequency-penalty", value: "F", help: "the same, times how often they were; from -2 to 2, default 0" },
  {
    name: "logit-bias",
    value: "ID=B[,ID=B]",
    help: "is added to the scores of these tokens; -inf forbids one",
  },
  {
    name: "eos",
    value: "ID[,ID]|none",
    help: "tokens that end the text; default those of generation_config.json, else of config.json",
  },
];

/** How tokens are chosen. */
export function samplingOptions(options: Options): GenerateOptions {
  const given: Record<string, unknown> = {
    maxTokens: options.integer("tokens"),
    temperature: options.number("temperature", 0),
    topK: options.integer("top-k"),
    topP: options.positive("top-p", 1),
    minP: options.number("min-p", 0, 1),
    typicalP: options.positive("typical-p", 1),
    repetitionPenalty: options.positive("repetition-penalty"),
    presencePenalty: options.number("presence-penalty", -2, 2),
    frequencyPenalty: options.number("frequency-penalty", -2, 2),
    logitBias: logitBias(options),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The pairs of `--logit-bias`. */
function logitBias(options: Options): ReadonlyMap<number, number> | undefined {
  const text = options.text("logit-bias");
  if (text === undefined) return undefined;
  const bias = new Map<number, number>();
  for (const pair of text.split(",")) {
    const [, id, value] = /^\s*(\d+)=([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|-inf)\s*$/i.exec(pair) ?? [];
    if (id === undefined)
      throw new UsageError(
        `--logit-bias must be tokens with a number or -inf each, such as 7=2.5,9=-inf; got "${pair}" in "${text}".`,
      );
    if (bias.has(Number(id)))
      throw new UsageError(`--logit-bias must name a token once; got ${id} twice in "${text}".`);
    bias.set(Number(id), value!.toLowerCase() === "-inf" ? -Infinity : Number(value));
  }
  return bias;
}

/** What was asked for, over what generation_config.json states, which is said. */
export function withDefaults(asked: GenerateOptions, { generationDefaults }: Mamba2LM, io: Io): GenerateOptions {
  const used = shownDefaults(
    Object.fromEntries(Object.entries(generationDefaults).filter(([name]) => !Object.hasOwn(asked, name))),
  );
  if (used !== "") io.note(`generation_config.json: ${used}.`);
  return { ...generationDefaults, ...asked };
}

/** The tokens of `--eos`; null for none, undefined when it is not given. */
export function endTokens(options: Options): readonly number[] | null | undefined {
  return options.text("eos") === "none" ? null : options.integers("eos");
}

/** What `--eos` says; without it, the end token of a `--tokenizer` for a model that names none. */
export function endOption(
  { config }: Mamba2LM,
  asked: readonly number[] | null | undefined,
  tokenizer: Tokenizer,
  options: Options,
  io: Io,
): Pick<GenerateOptions, "eosTokenId"> {
  if (asked !== undefined) return { eosTokenId: asked };
  if (config.eosTokenId !== null || !options.has("tokenizer") || tokenizer.eosTokenId === undefined) return {};
  io.note(
    `the model names no end token; the one of --tokenizer (${tokenizer.eosTokenId}) is used. --eos says otherwise.`,
  );
  return { eosTokenId: tokenizer.eosTokenId };
}
