// JSON in a file or a text that somebody else wrote: what is not says so in one sentence.
import {
  CheckpointError,
  type ConfigError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "@x/tensor/core";

/** How a text is read, and what an error about it is and knows. */
export interface JsonTextOptions {
  readonly nonFinite?: boolean;
  readonly Kind?: typeof CheckpointError | typeof ConfigError;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The JSON in a text. @param what begins the sentence: "config:" @throws an error of `Kind` that says where it is none */
export function jsonIn(
  what: string,
  text: string,
  { nonFinite = false, Kind = CheckpointError, fields }: JsonTextOptions = {},
): JsonValue {
  try {
    return parseJson(text, { nonFinite });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Kind(`${what} must be JSON; ${reason}.`, { ...fields, cause });
  }
}

/** The object in a text. @throws like {@link jsonIn}, also where it is another value */
export function jsonObjectIn(what: string, text: string, options: JsonTextOptions = {}): JsonObject {
  const json = jsonIn(what, text, options);
  if (isJsonObject(json)) return json;
  throw new (options.Kind ?? CheckpointError)(`${what} must be a JSON object; got another JSON value.`, options.fields);
}
