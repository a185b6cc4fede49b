// Whether a template writes what messages of a role say: many pass over roles that they do not know, without a word.
import { ConfigError } from "@x/tensor/core";
import type { ChatMessage } from "./messages.ts";
import type { ChatTemplate, RenderOptions } from "./template.ts";

/** Differs from every text that a message may end with. */
const MARK = "\u{f8ff}";

/**
 * Raises about a role whose texts change nothing of what the template writes: what it says would be lost.
 *
 * @param roles those that are looked at; each takes another rendering
 * @throws ConfigError that names the first message of the role
 */
export function requireWritten(
  op: string,
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  roles: Iterable<string>,
  options: RenderOptions,
): void {
  const rendering = { now: new Date(), ...options };
  let whole: string | undefined;
  for (const role of new Set(roles)) {
    const says = (message: ChatMessage): boolean =>
      message.role === role && typeof message.content === "string" && message.content.trim() !== "";
    const at = messages.findIndex(says);
    if (at < 0) continue;
    whole ??= template.render(messages, rendering);
    const other = messages.map((message) =>
      says(message) ? { ...message, content: `${message.content as string}${MARK}` } : message,
    );
    if (template.render(other, rendering) !== whole) continue;
    throw new ConfigError(
      `${op}: messages[${at}] must be written by the chat template; it leaves out what the role ${JSON.stringify(role)} says.`,
      { field: `messages[${at}]`, got: role },
    );
  }
}
