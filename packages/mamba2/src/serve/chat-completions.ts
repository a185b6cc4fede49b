// /v1/chat/completions: replies to conversations, under the model's template.
import type { JsonObject, JsonValue } from "@x/tensor/core";
import { type ParsedRequest, parseRequest, type ServedModel } from "./parsed-request.ts";
import { requireWritten } from "../chat/rendered-roles.ts";
import type { Endpoint } from "./endpoint.ts";
import { ApiError, refuse } from "./errors.ts";
import { CHAT_FIELDS } from "./fields.ts";
import { readMessages } from "./messages.ts";
import type { TokenText } from "./text-delta.ts";

export const chatCompletions: Endpoint = {
  fields: CHAT_FIELDS,
  id: "chatcmpl",
  object: "chat.completion",
  chunkObject: "chat.completion.chunk",
  read: readChat,
  opening: { delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null },
  part: (text, logProbs, finish) => ({
    delta: text === "" && finish !== null ? {} : { content: text },
    logprobs: logProbs && listed(logProbs),
    finish_reason: finish,
  }),
  whole: (text, logProbs, finish) => ({
    message: { role: "assistant", content: text, refusal: null },
    logprobs: logProbs && listed(logProbs),
    finish_reason: finish,
  }),
};

function readChat(fields: JsonObject, served: ServedModel): ParsedRequest {
  const { template, tokenizer, limits } = served;
  if (!template)
    throw new ApiError(
      400,
      "messages: this model has no chat template; ask /v1/completions, or start the service with a template.",
      { code: "no_chat_template", param: "messages" },
    );
  const [max, newer] = ["max_tokens", "max_completion_tokens"].map((name) => fields[name] as number | undefined);
  if (max !== undefined && newer !== undefined && max !== newer)
    refuse("max_tokens", `max_tokens: must be that of max_completion_tokens, ${newer}, or absent; got ${max}.`);
  const likeliest = fields["top_logprobs"] as number | undefined;
  const logprobs = fields["logprobs"] === true;
  if (likeliest !== undefined && !logprobs)
    refuse("top_logprobs", "top_logprobs: must come with logprobs: true; it does not.");
  if (fields["messages"] === undefined)
    refuse("messages", "messages: must be given; got none.", "missing_required_parameter");
  if (fields["tool_choice"] !== undefined && fields["tools"] === undefined)
    refuse("tool_choice", "tool_choice: must come with tools; there are none.");
  const tools = fields["tool_choice"] === "none" ? undefined : (fields["tools"] as readonly JsonValue[] | undefined);
  const messages = readMessages(fields["messages"] as readonly JsonValue[]);
  const rendering = {
    addGenerationPrompt: true,
    tools: tools?.length === 0 ? undefined : tools,
    variables: fields["chat_template_kwargs"] as JsonObject | undefined,
  };
  const roles = messages.map(({ role }) => role).filter((role) => role !== "user" && role !== "assistant");
  requireWritten("chat", template, messages, roles, rendering);
  const ids = template.encode(messages, tokenizer, rendering);
  if (ids.length === 0) refuse("messages", "messages: must come to at least one token under the template; got none.");
  return parseRequest(fields, served, {
    prompts: [{ ids: [...ids], echo: "" }],
    top: logprobs ? (likeliest ?? 0) : -1,
    maxTokens: newer ?? max ?? limits.maxTokens,
  });
}

function listed(tokens: readonly TokenText[]): JsonObject {
  const one = ({ text, logProb }: Pick<TokenText, "text" | "logProb">): JsonObject => ({
    token: text,
    logprob: logProb,
    bytes: text.includes("\u{fffd}") ? null : [...new TextEncoder().encode(text)], // a part of a character has no text of its own
  });
  return { content: tokens.map((token) => ({ ...one(token), top_logprobs: token.top.map(one) })), refusal: null };
}
