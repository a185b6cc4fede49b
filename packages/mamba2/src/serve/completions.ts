// /v1/completions: texts or tokens that are continued.
import type { JsonObject, JsonValue } from "@x/tensor/core";
import { beginning } from "../generation/generate-text.ts";
import { type ParsedRequest, parseRequest, type ParsedPrompt, type ServedModel } from "./parsed-request.ts";
import type { Endpoint } from "./endpoint.ts";
import { refuse } from "./errors.ts";
import { COMPLETION_FIELDS } from "./fields.ts";
import type { TokenText } from "./text-delta.ts";

/** What the interface says where a request does not. */
const DEFAULT_TOKENS = 16;

export const completions: Endpoint = {
  fields: COMPLETION_FIELDS,
  id: "cmpl",
  object: "text_completion",
  chunkObject: "text_completion",
  read: readCompletion,
  opening: undefined,
  part: (text, logProbs, finish) => ({ text, logprobs: logProbs && listed(logProbs), finish_reason: finish }),
  whole: (text, logProbs, finish) => ({ text, logprobs: logProbs && listed(logProbs), finish_reason: finish }),
};

function readCompletion(fields: JsonObject, served: ServedModel): ParsedRequest {
  const top = (fields["logprobs"] as number | undefined) ?? -1;
  const echo = fields["echo"] === true;
  if (echo && top >= 0)
    refuse("echo", "echo: cannot be honoured together with logprobs: prompts are read without scores of their tokens.");
  const prompt = fields["prompt"];
  if (prompt === undefined) refuse("prompt", "prompt: must be given; got none.", "missing_required_parameter");
  return parseRequest(fields, served, {
    prompts: promptsOf(prompt!).map((one) => readPrompt(one, echo, served)),
    top,
    maxTokens: (fields["max_tokens"] as number | undefined) ?? DEFAULT_TOKENS,
  });
}

function promptsOf(prompt: JsonValue): readonly (string | readonly number[])[] {
  if (typeof prompt === "string") return [prompt];
  const list = prompt as readonly (string | number | readonly number[])[];
  return typeof list[0] === "number" ? [list as readonly number[]] : (list as readonly (string | readonly number[])[]);
}

function readPrompt(
  prompt: string | readonly number[],
  echo: boolean,
  { model, tokenizer, vocabSize }: ServedModel,
): ParsedPrompt {
  if (typeof prompt === "string") {
    const ids = [...tokenizer.encode(prompt)];
    return { ids: ids.length > 0 ? ids : [beginning(model, tokenizer, true)], echo: echo ? prompt : "" };
  }
  const wrong = prompt.find((id) => id < 0 || id >= vocabSize);
  if (wrong !== undefined)
    refuse("prompt", `prompt: must be tokens of the model, from 0 to ${vocabSize - 1}; got ${wrong}.`);
  return { ids: prompt, echo: echo ? tokenizer.decode(prompt) : "" };
}

function listed(tokens: readonly TokenText[]): JsonObject {
  // several tokens may have one text, such as parts of characters: those after the first are named by their numbers
  const likeliest = (top: TokenText["top"]): JsonObject =>
    Object.fromEntries(
      top.map(({ id, text, logProb }, i) => [
        top.findIndex((one) => one.text === text) === i ? text : `token_id:${id}`,
        logProb,
      ]),
    );
  return {
    tokens: tokens.map(({ text }) => text),
    token_logprobs: tokens.map(({ logProb }) => logProb),
    top_logprobs: tokens.some(({ top }) => top.length > 0) ? tokens.map(({ top }) => likeliest(top)) : null,
    text_offset: tokens.map(({ offset }) => offset),
  };
}
