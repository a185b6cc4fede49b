// Messages of OpenAI's interface as chat templates know them: text as one text, arguments of calls as the objects that they are the JSON of.
import { describeValue } from "@x/base";
import { isPlainObject, type JsonObject, type JsonValue, parseJson } from "@x/tensor/core";
import type { ChatMessage } from "../chat/messages.ts";
import { refuse } from "./errors.ts";

/** @throws ApiError that names the message */
export function readMessages(messages: readonly JsonValue[]): ChatMessage[] {
  return messages.map((message, i) => {
    const place = `messages[${i}]`;
    if (!isPlainObject(message)) return refuse(place, `${place}: must be an object; got ${describeValue(message)}.`);
    const { role, content = null, tool_calls: calls, ...rest } = message as JsonObject;
    if (typeof role !== "string") return refuse(place, `${place}.role: must be a text; got ${describeValue(role)}.`);
    if (calls !== undefined && calls !== null && !Array.isArray(calls))
      return refuse(place, `${place}.tool_calls: must be a list of calls; got ${describeValue(calls)}.`);
    const known = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
    return {
      role,
      content: textOf(content, `${place}.content`),
      ...Object.fromEntries(known),
      ...(Array.isArray(calls) && {
        tool_calls: (calls as readonly JsonValue[]).map((call, c) => readCall(call, `${place}.tool_calls[${c}]`)),
      }),
    };
  });
}

/** Parts of text are one text: what most templates take. */
function textOf(content: JsonValue, place: string): JsonValue {
  if (content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content))
    return refuse(place, `${place}: must be a text or a list of parts; got ${describeValue(content)}.`);
  const texts = (content as readonly JsonValue[]).map((part, i) => {
    const { type, text } = (isPlainObject(part) ? part : {}) as JsonObject;
    if (type === "text" && typeof text === "string") return text;
    return refuse(
      `${place}[${i}]`,
      `${place}[${i}]: must be a part of type "text": the model reads text; got ${describeValue(type ?? part)}.`,
      "unsupported_value",
    );
  });
  return texts.join("");
}

function readCall(call: JsonValue, place: string): JsonValue {
  const made = isPlainObject(call) ? (call as JsonObject) : {};
  const called = made["function"];
  if (!isPlainObject(called))
    return refuse(place, `${place}: must be a call of a function; got ${describeValue(call)}.`);
  const { arguments: given } = called as JsonObject;
  if (typeof given !== "string") return call;
  try {
    return { ...made, function: { ...(called as JsonObject), arguments: parseJson(given) } };
  } catch (error) {
    return refuse(place, `${place}.function.arguments: must be JSON; ${(error as Error).message}`);
  }
}
