// Examples to learn from, one JSON object each, as tokens: a text, a prompt with its completion, or a conversation. What is to be predicted is the text, the completion, the assistant's turns.
import { describeValue } from "@x/base";
import type { TokenDocument, Tokenizer } from "@x/nn/core";
import {
  checkOptions,
  ConfigError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  requireArity,
  requireMethods,
  requireOptions,
} from "@x/tensor/core";
import { type ChatMessage, checkMessages } from "./messages.ts";
import type { ChatTemplate } from "./template.ts";
import { requireWritten } from "./rendered-roles.ts";

/** Options of {@link encodeExample}. */
export interface ExampleOptions {
  readonly tokenizer: Tokenizer;
  /** of conversations */
  readonly template?: ChatTemplate | undefined;
}

/** A stretch of text that counts, or does not. */
interface Part {
  readonly text: string;
  readonly counts: boolean;
}

/** Roles that templates know; what others say a template may leave out, such as that of a misspelt one. */
const FAMILIAR = ["system", "user", "assistant", "tool"];

const KINDS = "text, prompt and completion, or messages";

/** Fields that are read; others of an example, such as its source, are passed over. */
export const EXAMPLE_FIELDS: readonly string[] = [
  "text",
  "prompt",
  "completion",
  "messages",
  "tools",
  "documents",
  "chat_template_kwargs",
];

/** Fields by which other trainers change what is learnt, and that nothing here reads. */
const REFUSED: Readonly<Record<string, string>> = {
  functions: "tools is what templates read",
  chat_template: "the template is the model's, or that of --template",
  input_ids: "texts are encoded here; token files are read by --tokens",
  labels: "what counts is told by the kind of example",
  completion_mask: "what counts is told by the kind of example",
  assistant_masks: "what counts is told by the kind of example",
  loss_mask: "what counts is told by the kind of example",
  weight: "every example counts alike; messages have a weight of 0 or 1 each",
};

/**
 * The tokens of an example, and which of them are targets.
 *
 * - `{ text }`: all count.
 * - `{ prompt, completion }`: those of the completion.
 * - `{ messages }`, optionally `tools`, `documents` and `chat_template_kwargs`, which the template reads: of each assistant's turn, but those of `weight` 0, what the template writes from where the assistant's turn begins (`addGenerationPrompt`) to where the next message begins. Each stretch is encoded
 *   by itself, as it is when the model replies: there the prompt's tokens end where the reply's begin.
 *
 * A text and a completion end with the tokenizer's `eosTokenId`, where it has one; a template writes its own ends.
 *
 * @throws ConfigError for another object, messages without an assistant's turn, without a template, and a template whose text of fewer messages does not begin its text of more
 * @example
 * const { ids, counts } = encodeExample({ prompt: "2 + 2 = ", completion: "4" }, { tokenizer: byteTokenizer });
 * console.log(ids.length, counts); // 9, the last counts
 */
export function encodeExample(
  example: JsonValue,
  options: ExampleOptions,
): TokenDocument & { readonly ids: Int32Array } {
  requireArity("encodeExample", arguments, 2);
  requireOptions("encodeExample", options);
  checkOptions<ExampleOptions>("encodeExample", options, { tokenizer: true, template: true });
  const { tokenizer, template } = options;
  requireMethods("encodeExample", "tokenizer", tokenizer, "a tokenizer", ["encode"]);
  if (template !== undefined) requireMethods("encodeExample", "template", template, "a ChatTemplate", ["render"]);
  const fields = isJsonObject(example) ? example : {};
  const kinds = ["text", "prompt", "messages"].filter((name) => fields[name] !== undefined);
  if (kinds.length !== 1)
    throw new ConfigError(
      `example: must be an object with one of ${KINDS}; got ${isJsonObject(example) ? `one with ${Object.keys(example).join(", ") || "nothing"}` : describeValue(example)}.`,
      { field: "example", got: example },
    );
  if (fields["completion"] !== undefined && kinds[0] !== "prompt")
    throw new ConfigError(`example: completion must come with a prompt; it comes with ${kinds[0]}.`, {
      field: "completion",
      got: example,
    });
  for (const [name, reason] of Object.entries(REFUSED)) {
    if ((fields[name] ?? null) === null) continue;
    throw new ConfigError(`example: ${name} must not be given: ${reason}; got ${describeValue(fields[name])}.`, {
      field: name,
      got: fields[name],
    });
  }
  if (kinds[0] === "messages") return encodeParts(conversation(fields, template), tokenizer, false);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value === "string") return value;
    throw new ConfigError(`example: ${name} must be a text; got ${describeValue(value)}.`, { field: name, got: value });
  };
  const parts =
    kinds[0] === "text"
      ? [{ text: text("text"), counts: true }]
      : [
          { text: text("prompt"), counts: false },
          { text: text("completion"), counts: true },
        ];
  return encodeParts(parts, tokenizer, true);
}

/** A conversation cut where the assistant's turns begin and end. */
function conversation(fields: { readonly [name: string]: JsonValue }, template: ChatTemplate | undefined): Part[] {
  const { messages, tools, documents, chat_template_kwargs: variables } = fields;
  checkMessages("example", messages);
  const weights = messages.map(weightOf);
  if (!template)
    throw new ConfigError("example: messages must come with a chat template; the tokenizer's files have none.", {
      field: "template",
    });
  for (const [name, value] of Object.entries({ tools, documents }))
    if ((value ?? null) !== null && !Array.isArray(value))
      throw new ConfigError(`example: ${name} must be a list; got ${describeValue(value)}.`, { field: name });
  if ((variables ?? null) !== null && !isJsonObject(variables))
    throw new ConfigError(`example: chat_template_kwargs must be an object; got ${describeValue(variables)}.`, {
      field: "chat_template_kwargs",
    });
  const reading = {
    tools: (tools ?? undefined) as readonly JsonValue[] | undefined,
    documents: (documents ?? undefined) as readonly JsonValue[] | undefined,
    variables: (variables ?? undefined) as JsonObject | undefined,
    now: new Date(0), // what the date is must not change what an example is
  };
  const rendered = (count: number, addGenerationPrompt: boolean): string =>
    template.render(messages.slice(0, count), { ...reading, addGenerationPrompt });
  const roles = messages.map(({ role }) => role).filter((role) => !FAMILIAR.includes(role));
  requireWritten("example", template, messages, roles, reading);
  const whole = rendered(messages.length, false);
  const parts: Part[] = [];
  let at = 0;
  for (const [i, { role }] of messages.entries()) {
    if (role !== "assistant") continue;
    const begin = i === 0 ? "" : rendered(i, true);
    const end = i === messages.length - 1 ? whole : rendered(i + 1, false);
    if (!end.startsWith(begin) || !whole.startsWith(end) || begin.length < at)
      throw new ConfigError(
        `example: the chat template must write messages[0] … [${i}] as the beginning of the conversation, or the assistant's turns cannot be told from the rest; it does not for messages[${i}]. ` +
          "Cut the conversation into examples of one reply each.",
        { field: "messages" },
      );
    parts.push(
      { text: whole.slice(at, begin.length), counts: false },
      { text: end.slice(begin.length), counts: weights[i] === 1 },
    );
    at = end.length;
  }
  if (!parts.some(({ counts }) => counts))
    throw new ConfigError(
      'example: messages must have a turn of role "assistant" to learn from, of a weight of 1; got none.',
      {
        field: "messages",
      },
    );
  return parts; // what follows the last reply teaches nothing
}

/** Whether a message counts, as files for OpenAI's fine-tuning say it: 1, the default, or 0; of other roles than the assistant's none does. */
function weightOf({ role, weight = null }: ChatMessage, i: number): number {
  if (weight === null || weight === 0) return Number(weight === null && role === "assistant");
  if (weight === 1 && role === "assistant") return 1;
  throw new ConfigError(
    `example: messages[${i}].weight must be ${role === "assistant" ? "0 or 1" : `0 or absent for the role "${role}", which is not learnt`}; got ${describeValue(weight)}.`,
    { field: `messages[${i}].weight`, got: weight },
  );
}

function encodeParts(
  parts: readonly Part[],
  tokenizer: Tokenizer,
  ofText: boolean,
): TokenDocument & { readonly ids: Int32Array } {
  const { eosTokenId } = tokenizer;
  const [ids, counts]: [number[], number[]] = [[], []];
  let begun = false;
  for (const [i, { text, counts: isTarget }] of parts.entries()) {
    const place = begun ? { specialTokens: false, after: ids.at(-1) ?? -1 } : { specialTokens: ofText && i === 0 };
    for (const id of tokenizer.encode(text, place)) {
      ids.push(id);
      counts.push(Number(isTarget));
    }
    begun ||= text !== "";
  }
  if (ofText && eosTokenId !== undefined && ids.at(-1) !== eosTokenId) {
    ids.push(eosTokenId);
    counts.push(1);
  }
  return { ids: Int32Array.from(ids), counts: Uint8Array.from(counts) };
}
