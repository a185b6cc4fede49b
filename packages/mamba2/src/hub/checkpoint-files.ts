// Which files of a repository make up its checkpoint: what the project reads, and of weights in several formats those that it would read.
import { TEMPLATE_FILE, TOOL_FILE } from "../checkpoint/file-names.ts";
import { parseShardIndex } from "../checkpoint/shards.ts";
import { CONFIG, type FileReader, PLACES, WEIGHTS } from "../checkpoint/sources.ts";
import { GENERATION_FILE } from "../checkpoint/token-ids.ts";
import { ADDED_TOKENS_FILE, SETTINGS_FILE, SPECIAL_TOKENS_FILE } from "../checkpoint/tokenizer-settings.ts";
import { utf8 } from "../checkpoint/utf8.ts";

const BESIDE = [
  GENERATION_FILE,
  "tokenizer.json",
  SETTINGS_FILE,
  SPECIAL_TOKENS_FILE,
  ADDED_TOKENS_FILE,
  TEMPLATE_FILE,
  TOOL_FILE,
];

/** Names of files that a checkpoint needs, and of those that are not there. */
export interface CheckpointFileNames {
  readonly present: readonly string[];
  readonly missing: readonly string[];
}

/** Looks for a checkpoint's files; reads the index of its shards. @throws CheckpointError for an index that is none */
export async function checkpointFileNames(
  read: FileReader,
  has: (name: string) => Promise<boolean>,
): Promise<CheckpointFileNames> {
  const [present, missing]: [string[], string[]] = [[], []];
  for (const name of [CONFIG, ...(await weightFiles(read, has))]) ((await has(name)) ? present : missing).push(name);
  for (const name of BESIDE) if (await has(name)) present.push(name);
  return { present, missing };
}

async function weightFiles(read: FileReader, has: (name: string) => Promise<boolean>): Promise<readonly string[]> {
  for (const place of PLACES) {
    if (!(await has(place))) continue;
    if (!place.endsWith(".index.json")) return [place];
    return [place, ...parseShardIndex(utf8(place, (await read(place))!)).files];
  }
  return [WEIGHTS];
}
