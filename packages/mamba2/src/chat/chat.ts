// chat: one reply to a conversation, as an async iterator.
import type { GeneratingModel } from "../generation/generating-model.ts";
import { type ChatReply, Conversation } from "./conversation.ts";
import { type ChatMessage, checkMessages } from "./messages.ts";
import { plainCopy } from "../inputs/plain-copy.ts";
import type { ChatOptions } from "./options.ts";
import { requireArity } from "@x/tensor/core";

/**
 * A model's reply to a conversation, piece by piece, in whole characters. It ends with a token of generation_config.json, a stop text, or after `maxTokens`. To go on talking use
 * {@link Conversation}, which does not read the same text twice.
 *
 * @returns what the reply came to
 * @throws ConfigError for an option that is unknown or out of range, messages that the template does not take, or a model that needs a tokenizer and got none
 * @example
 * const model = new Mamba2LM(preset("tiny"), { seed: 1 });
 * const template = new ChatTemplate("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}");
 * for await (const piece of chat(model, [{ role: "user", content: "Hi" }], { template, maxTokens: 8 })) console.log(piece);
 */
export function chat(
  model: GeneratingModel,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): AsyncGenerator<string, ChatReply, void> {
  requireArity("chat", arguments, 3);
  return replyTo(model, plainCopy(messages), plainCopy(options));
}

async function* replyTo(
  model: GeneratingModel,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): AsyncGenerator<string, ChatReply, void> {
  checkMessages("chat", messages);
  const conversation = new Conversation(model, options, messages);
  try {
    return yield* conversation.reply();
  } finally {
    conversation.dispose();
  }
}
