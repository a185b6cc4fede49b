// What `mamba2 generate` gives whole: several prompts, several samples of each, log-probabilities.
import type { Tokenizer } from "@x/nn/core";
import type { JsonObject, JsonValue } from "@x/tensor/core";
import type { ChosenLogProb, TokenLogProb } from "../generation/chooser.ts";
import { complete, type CompleteOptions, type Completion } from "../generation/complete.ts";
import type { Mamba2LM } from "../model/model.ts";
import type { Io } from "./command.ts";

/** Continues the prompts in one batch, prints each text, and returns what `complete` gives. */
export async function printCompletions(
  model: Mamba2LM,
  prompts: readonly string[],
  options: CompleteOptions & { readonly tokenizer: Tokenizer },
  io: Io,
): Promise<JsonObject> {
  const began = performance.now();
  const { completions, usage } = await complete(model, prompts, options);
  const tokensPerSecond = usage.completionTokens / ((performance.now() - began) / 1000);
  for (const [p, samples] of completions.entries())
    for (const [i, completion] of samples.entries()) {
      if (prompts.length * samples.length > 1)
        io.print(`== prompt ${p + 1}, sample ${i + 1}: ${completion.finishReason}`);
      io.print(prompts[p]! + completion.text);
      for (const token of completion.logprobs ?? []) io.print(tokenLine(token, options.tokenizer));
    }
  io.note(`${usage.completionTokens} tokens, ${tokensPerSecond.toFixed(1)} tokens/s`);
  return { completions: completions.map((samples) => samples.map(asJson)), usage: { ...usage }, tokensPerSecond };
}

/** "-1.2345  7 "a"  | 7 -1.2345, 9 -2.0000": a token, and the likeliest in its place. */
function tokenLine({ id, logProb, top }: ChosenLogProb, tokenizer: Tokenizer): string {
  const shown = `${logProb.toFixed(4)}  ${id} ${JSON.stringify(tokenizer.decode([id]))}`;
  const others = top.map((other) => `${other.id} ${other.logProb.toFixed(4)}`).join(", ");
  return others === "" ? shown : `${shown}  | ${others}`;
}

function asJson({ text, ids, finishReason, logprobs }: Completion): JsonObject {
  const pair = ({ id, logProb }: TokenLogProb): JsonObject => ({ id, logProb });
  const tokens = logprobs?.map((one): JsonValue => ({ ...pair(one), top: one.top.map(pair) }));
  return { text, ids: [...ids], finishReason, ...(tokens && { logprobs: tokens }) };
}
