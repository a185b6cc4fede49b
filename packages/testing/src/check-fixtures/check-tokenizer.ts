// A tokenizer against what the library that made it says: ids with and without special tokens, decoded text, streams that continue at any place, and conversations.
import { readTokenizer } from "@x/mamba2";
import { type ChatMessage, type ChatTemplate, readChatTemplate } from "@x/mamba2/chat";
import type { Tokenizer } from "@x/nn";
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "@x/tensor";
import type { EntryCheck } from "./entry-check.ts";
import { FixtureError, readBytes } from "./fixture-set.ts";
import type { ModelContext } from "./model-folders.ts";

/** What each field of a row must be. */
const FIELDS: Readonly<Record<string, (tokenizer: Tokenizer, row: JsonObject) => JsonValue>> = {
  ids: (tokenizer, row) => [...tokenizer.encode(textOf(row))],
  ids_no_special: (tokenizer, row) => [...tokenizer.encode(textOf(row), { specialTokens: false })],
  decoded: (tokenizer, row) => tokenizer.decode(idsOf(row, "ids_no_special"), { specialTokens: true }),
  decoded_skip: (tokenizer, row) => tokenizer.decode(idsOf(row, "ids")),
};

export async function checkTokenizer(check: EntryCheck, { set, models }: ModelContext): Promise<void> {
  const { file, tokenizer: folder } = check.entry;
  if (folder === undefined)
    throw new FixtureError(`fixtures: the entry of "${file}" must name its tokenizer; it does not.`);
  const tokenizer = await readTokenizer(models.files(folder));
  if (!tokenizer) throw new FixtureError(`fixtures: "${folder}" must hold a tokenizer.json; it does not.`);
  const expected = parseJson(new TextDecoder().decode(await readBytes(set, file)));
  if (!isJsonObject(expected) || !Array.isArray(expected["rows"]) || expected["rows"].length === 0)
    throw new FixtureError(`fixtures: "${file}" must have rows; it has none.`);
  for (const name of Object.keys(expected)) {
    if (name !== "rows" && name !== "chats") check.fail(name, "the checker does not know what this is");
  }
  for (const [i, row] of (expected["rows"] as readonly JsonValue[]).entries()) {
    const place = `rows[${i}]`;
    if (!isJsonObject(row)) {
      check.fail(place, "must be an object");
      continue;
    }
    for (const name of Object.keys(row)) {
      const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
      if (field) same(check, `${place}.${name}`, field(tokenizer, row), row[name]!);
      else if (name !== "text") check.fail(`${place}.${name}`, "the checker does not know what this is");
    }
    checkStreams(check, `${place}.stream`, tokenizer, idsOf(row, "ids"), row["decoded_skip"] as string);
  }
  const { chats } = expected;
  if (chats === undefined) return;
  const template = await readChatTemplate(models.files(folder));
  if (!template) check.fail("chats", "there must be a chat template; the folder has none");
  else if (!Array.isArray(chats)) check.fail("chats", "must be a list");
  else
    for (const [i, chat] of (chats as readonly JsonValue[]).entries())
      checkChat(check, `chats[${i}]`, template, tokenizer, chat);
}

/** The text of a conversation, and its tokens: those of the text, with no special tokens added. */
function checkChat(
  check: EntryCheck,
  place: string,
  template: ChatTemplate,
  tokenizer: Tokenizer,
  chat: JsonValue,
): void {
  if (!isJsonObject(chat)) return check.fail(place, "must be an object");
  const { messages, tools, documents, add_generation_prompt: addGenerationPrompt, text, ids, ...unknown } = chat;
  for (const name of Object.keys(unknown)) check.fail(`${place}.${name}`, "the checker does not know what this is");
  const given = messages as readonly ChatMessage[];
  const options = {
    ...(tools && { tools: tools as readonly JsonValue[] }),
    ...(documents && { documents: documents as readonly JsonValue[] }),
    addGenerationPrompt: addGenerationPrompt === true,
  };
  same(check, `${place}.text`, template.render(given, options), text ?? null);
  same(check, `${place}.ids`, [...template.encode(given, tokenizer, options)], ids ?? null);
}

/** After any part of the text that does not change by what follows, the pieces of the rest complete it. */
function checkStreams(
  check: EntryCheck,
  name: string,
  tokenizer: Tokenizer,
  ids: readonly number[],
  want: string,
): void {
  for (let cut = 0; cut <= ids.length; cut++) {
    const before = tokenizer.decode(ids.slice(0, cut));
    if (!want.startsWith(before)) continue; // ends within a character
    const stream = tokenizer.stream(ids.slice(0, cut));
    const got =
      before +
      ids
        .slice(cut)
        .map((id) => stream.push(id))
        .join("") +
      stream.end();
    if (got !== want)
      return check.fail(name, `cut at ${cut}: must be ${JSON.stringify(want)}; got ${JSON.stringify(got)}`);
  }
  check.pass(name);
}

function same(check: EntryCheck, name: string, got: JsonValue, want: JsonValue): void {
  const [is, must] = [JSON.stringify(got), JSON.stringify(want)];
  check.verify(name, is === must, `must be ${must}; got ${is}`);
}

function textOf({ text }: JsonObject): string {
  if (typeof text === "string") return text;
  throw new FixtureError(`fixtures: the text of a row must be a text; got ${JSON.stringify(text ?? null)}.`);
}

function idsOf(row: JsonObject, name: string): readonly number[] {
  const ids = row[name];
  if (Array.isArray(ids)) return ids as readonly number[];
  throw new FixtureError(`fixtures: ${name} of a row must be a list of ids; got ${JSON.stringify(ids ?? null)}.`);
}
