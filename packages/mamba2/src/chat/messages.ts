// Messages of a conversation, as templates take them.
import { describeValue } from "@x/base";
import { ConfigError, type JsonObject, type JsonValue } from "@x/tensor/core";

/** One message: who speaks, what, and whatever else the template reads, such as `tool_calls`. Plain data. */
export interface ChatMessage extends JsonObject {
  /** such as "system", "user", "assistant" or "tool" */
  readonly role: string;
  /** Text; templates of some models take lists of parts. */
  readonly content: JsonValue;
}

const DEEPEST = 64;

/**
 * Raises unless these are the messages of a conversation.
 *
 * @throws ConfigError that names the message
 */
export function checkMessages(op: string, messages: unknown): asserts messages is readonly ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw new ConfigError(
      `${op}: messages must be a list of at least one, such as [{ role: "user", content: "Hi" }]; got ${Array.isArray(messages) ? "an empty one" : describeValue(messages)}.`,
      { field: "messages", got: messages },
    );
  for (const [i, message] of (messages as readonly unknown[]).entries()) {
    const place = `messages[${i}]`;
    checkPlain(op, place, message);
    const { role } = (message ?? {}) as { readonly role?: unknown };
    if (typeof role !== "string" || Array.isArray(message))
      throw new ConfigError(
        `${op}: ${place} must be an object with a role, such as "user"; got ${describeValue(typeof message === "object" ? role : message)}.`,
        { field: place, got: message },
      );
  }
}

/**
 * Raises unless a value is what JSON can hold: templates reach all of it, so it holds no functions.
 *
 * @throws ConfigError that names the place
 */
export function checkPlain(op: string, place: string, value: unknown, depth = 0): asserts value is JsonValue {
  const refuse = (must: string, got: string): never => {
    throw new ConfigError(`${op}: ${place} must ${must}; got ${got}.`, { field: place, got: value });
  };
  if (depth > DEEPEST) refuse(`nest at most ${DEEPEST} levels deep`, "more");
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : refuse("be plain data", String(value));
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkPlain(op, `${place}[${i}]`, item, depth + 1);
    return;
  }
  const prototype: unknown = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) refuse("be plain data", describeValue(value));
  for (const [key, item] of Object.entries(value as object))
    if (item !== undefined) checkPlain(op, `${place}.${key}`, item, depth + 1);
}
