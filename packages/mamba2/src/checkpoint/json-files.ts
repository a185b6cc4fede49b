// Files of a checkpoint that are one JSON object.
import type { JsonObject } from "@x/tensor/core";
import { jsonObjectIn } from "./json-text.ts";
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
  const text = utf8(file, bytes);
  return { text, json: jsonObjectIn(`checkpoint: ${file}`, text, { nonFinite: true, fields: { file } }) };
}
