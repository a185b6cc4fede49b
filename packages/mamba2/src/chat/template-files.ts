// Which files of a checkpoint hold its chat template: chat_template.jinja and additional_chat_templates/tool_use.jinja; only where neither is there tokenizer_config.json, as in
// transformers 5. Templates of other names cannot be asked for, since files are read by name.
import {
  CheckpointError,
  ConfigError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  requireArity,
  requireFunction,
} from "@x/tensor/core";
import { TEMPLATE_FILE, TOOL_FILE } from "../checkpoint/file-names.ts";
import type { FileReader } from "../checkpoint/sources.ts";
import { tokenText } from "../checkpoint/token-ids.ts";
import { namedTokens, SETTINGS_FILE as SETTINGS, tokenizerSettings } from "../checkpoint/tokenizer-settings.ts";
import { ChatTemplate } from "./template.ts";
import { utf8 } from "../checkpoint/utf8.ts";

/**
 * The chat template of a checkpoint, with the special tokens that it may name (`bos_token` …); undefined when it has none: models that only continue texts have none, and there is
 * no template that would do in its place.
 *
 * @throws CheckpointError when the files are not what they should be
 * @example
 * const files = new Map([["chat_template.jinja", new TextEncoder().encode("{{ messages[0].content }}")]]);
 * const template = await readChatTemplate((name) => Promise.resolve(files.get(name)));
 */
export async function readChatTemplate(read: FileReader): Promise<ChatTemplate | undefined> {
  requireArity("readChatTemplate", arguments, 1);
  requireFunction("readChatTemplate", "read", read);
  const settings = await tokenizerSettings(read);
  const found = await templatesOf(read, settings);
  if (!found) return undefined;
  try {
    return new ChatTemplate(found.templates, specialTokens(settings));
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new CheckpointError(`${found.file}: ${cause.message}`, { file: found.file, cause });
  }
}

interface Found {
  readonly file: string;
  readonly templates: Readonly<Record<string, string>>;
}

async function templatesOf(read: FileReader, settings: JsonObject): Promise<Found | undefined> {
  const text = async (name: string): Promise<string | undefined> => {
    const bytes = await read(name);
    return bytes && utf8(name, bytes);
  };
  const [file, tools] = [await text(TEMPLATE_FILE), await text(TOOL_FILE)];
  if (file !== undefined || tools !== undefined) {
    const templates = { ...(file !== undefined && { default: file }), ...(tools !== undefined && { tool_use: tools }) };
    return { file: file === undefined ? TOOL_FILE : TEMPLATE_FILE, templates };
  }
  const stated = settings["chat_template"];
  if (stated === undefined || stated === null) return undefined;
  return { file: SETTINGS, templates: typeof stated === "string" ? { default: stated } : namedTemplates(stated) };
}

function namedTemplates(stated: JsonValue): Readonly<Record<string, string>> {
  const list = Array.isArray(stated) ? (stated as readonly JsonValue[]) : [];
  const named = list.map((entry) => (isJsonObject(entry) ? [entry["name"], entry["template"]] : []));
  if (named.length === 0 || named.some(([name, template]) => typeof name !== "string" || typeof template !== "string"))
    throw new CheckpointError(
      `${SETTINGS}: chat_template must be a text or a list of { name, template }; got another JSON value.`,
      { file: SETTINGS },
    );
  return Object.fromEntries(named as [string, string][]);
}

/** The special tokens that the settings name, as texts. */
function specialTokens(settings: JsonObject): JsonObject {
  const texts = Object.entries(namedTokens(settings)).flatMap(([name, token]) => {
    const text = tokenText(token);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
