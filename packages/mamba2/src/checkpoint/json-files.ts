// Files of a checkpoint that are one JSON object.
import { CheckpointError, isJsonObject, type JsonObject, type JsonValue, parseJson } from "@x/tensor/core";
import type { FileReader } from "./sources.ts";
import { utf8 } from "./utf8.ts";

/** The JSON object in a file; undefined when there is no such file. */
export async function readObject(read: FileReader, file: string): Promise<JsonObject | undefined> {
  return (await readJson(read, file))?.json;
}

/** A file's text and the JSON object that it is. */
export async function readJson(
  read: FileReader,
  file: string,
): Promise<{ readonly text: string; readonly json: JsonObject } | undefined> {
  const bytes = await read(file);
  if (!bytes) return undefined;
  let text: string;
  let json: JsonValue;
  try {
    text = utf8(file, bytes);
    json = parseJson(text, { nonFinite: true });
  } catch (cause) {
    throw new CheckpointError(
      `checkpoint: ${file} must be JSON; ${cause instanceof Error ? cause.message : String(cause)}.`,
      { file, cause },
    );
  }
  if (isJsonObject(json)) return { text, json };
  throw new CheckpointError(`checkpoint: ${file} must be a JSON object; got another JSON value.`, { file });
}
