// mamba2 loss: how well a model predicts a text or a sequence of ids.
import { byteTokenizer, perplexity, sequentialBatches, type TokenArray } from "@x/nn/core";
import { ConfigError } from "@x/tensor/core";
import { meanLoss, requireFinite } from "../train/evaluate.ts";
import { tokenizerFor } from "../tokenizer/tokenizer.ts";
import { type Command, UsageError } from "./command.ts";
import { ADAPTER_OPTION } from "./adapter.ts";
import {
  MODEL_OPTION,
  NO_BOS_OPTION,
  openModel,
  openTokenizer,
  readBytes,
  TEXT_MODEL_OPTIONS,
  withDevice,
} from "./model.ts";
import { textOf } from "./text-tokens.ts";

export const lossCommand: Command = {
  name: "loss",
  summary: "mean next-token cross entropy (nats) and perplexity",
  positionals: ["model"],
  options: [
    MODEL_OPTION,
    ADAPTER_OPTION,
    { name: "ids", value: "1,2,3", help: "token ids; this or --text" },
    { name: "text", value: "FILE", help: "a text file; this or --ids" },
    {
      name: "length",
      value: "L",
      help: "tokens per sequence: a longer text is cut into independent pieces; default 2048",
    },
    NO_BOS_OPTION,
    ...TEXT_MODEL_OPTIONS,
  ],
  run: (options, io) => {
    const ids = options.integers("ids");
    const file = options.text("text");
    if ((ids === undefined) === (file === undefined))
      throw new UsageError("loss: exactly one of --ids and --text must be given.");
    const forText = ids === undefined ? undefined : ["no-bos", "tokenizer"].find((name) => options.has(name));
    if (forText !== undefined) throw new UsageError(`loss: --${forText} is for --text; ids are taken as they are.`);
    const length = options.integer("length", 1) ?? 2048;
    return withDevice(options, io, async (device) => {
      const model = await openModel(options, io, device);
      let tokens: TokenArray;
      if (file === undefined) {
        model.tokens(ids!); // checks them
        tokens = Int32Array.from(ids!);
      } else {
        const tokenizer = tokenizerFor(model.config, await openTokenizer(options, io, options.require("model")));
        const bytes = await readBytes("--text", file);
        tokens =
          tokenizer === byteTokenizer
            ? bytes
            : tokenizer.encode(textOf(bytes), { specialTokens: !options.flag("no-bos") });
      }
      if (tokens.length < 2)
        throw new ConfigError(
          `loss: there must be at least 2 tokens, one to predict from and one to predict; got ${tokens.length}.`,
          { got: tokens.length },
        );
      const batches = [...sequentialBatches({ tokens, batch: 1, length: Math.min(length, tokens.length - 1) })];
      const { loss, tokens: count } = await meanLoss(model, batches);
      await requireFinite("loss", "the loss", [loss], model);
      const unsure = perplexity(loss);
      io.print(`loss ${loss.toFixed(6)} nats/token, perplexity ${unsure.toFixed(4)}, ${count} tokens`);
      return { loss, perplexity: unsure, tokens: count };
    });
  },
};
