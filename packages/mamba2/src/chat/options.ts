// Options of a chat: what the template reads, and those of generation that a conversation does not set itself.
import { isPlainObject } from "@x/tensor/core";
import { type GenerateTextOptions, TEXT_RULES } from "../generation/generate-text.ts";
import type { OptionRule, OptionRules } from "../inputs/option-rules.ts";
import { ChatTemplate, type RenderOptions } from "./template.ts";

/** What a chat takes: its template and what that reads, and how replies are chosen. */
export interface ChatOptions
  extends
    Omit<GenerateTextOptions, "state" | "onState" | "until" | "specialTokens" | "signal">,
    Omit<RenderOptions, "addGenerationPrompt" | "continueFinalMessage"> {
  /** of `readChatTemplate`, or made of text */
  readonly template: ChatTemplate;
  /** ends the reply after the token that is being chosen; what came of it stays */
  readonly signal?: AbortSignal | undefined;
}

const list: OptionRule = ["a list", Array.isArray];
const ruleOf = (name: string): boolean => !["state", "onState", "until", "specialTokens", "signal"].includes(name);
type TextRules = OptionRules<Omit<GenerateTextOptions, "state" | "onState" | "until" | "specialTokens" | "signal">>;
const textRules = Object.fromEntries(Object.entries(TEXT_RULES).filter(([name]) => ruleOf(name))) as TextRules;

/** What each of {@link ChatOptions} must be. */
export const CHAT_RULES: OptionRules<ChatOptions> = {
  ...textRules,
  template: ["a ChatTemplate, of readChatTemplate or new ChatTemplate(text)", (value) => value instanceof ChatTemplate],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
  tools: list,
  documents: list,
  templateName: ["a text", (value) => typeof value === "string"],
  variables: ["an object", isPlainObject],
  now: ["a Date", (value) => value instanceof Date],
};

/** The options by what they are for: the template, and generation. */
export function splitOptions(options: ChatOptions): {
  readonly rendering: RenderOptions;
  readonly generating: Omit<GenerateTextOptions, "tokenizer">;
} {
  const { tools, documents, templateName, variables, now } = options;
  const rest = Object.entries(options).filter(([name]) => Object.hasOwn(textRules, name) && name !== "tokenizer");
  return { rendering: { tools, documents, templateName, variables, now }, generating: Object.fromEntries(rest) };
}
