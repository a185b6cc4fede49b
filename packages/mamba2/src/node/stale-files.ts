// Files of a folder that a save replaces or removes: a stale file of an earlier save would be read together with the new ones.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  ADAPTER_CONFIG,
  ADAPTER_TORCH,
  ADAPTER_WEIGHTS,
  isOtherTemplate,
  TEMPLATE_FILE,
  TEMPLATE_FOLDER,
} from "../checkpoint/file-names.ts";
import { CONFIG, CONSOLIDATED, INDEX, PARAMS, TORCH, TORCH_INDEX, WEIGHTS } from "../checkpoint/sources.ts";
import { GENERATION_FILE } from "../checkpoint/token-ids.ts";
import { ADDED_TOKENS_FILE, SETTINGS_FILE, SPECIAL_TOKENS_FILE } from "../checkpoint/tokenizer-settings.ts";

export const TOKENIZER_FILES: readonly string[] = [
  "tokenizer.json",
  SETTINGS_FILE,
  SPECIAL_TOKENS_FILE,
  ADDED_TOKENS_FILE,
  TEMPLATE_FILE,
];
const WEIGHTS_FILES: readonly string[] = [WEIGHTS, INDEX, TORCH, TORCH_INDEX, CONSOLIDATED];
const SHARD = /^(?:model-\d+-of-\d+\.safetensors|pytorch_model-\d+-of-\d+\.bin)$/;
const CONFIGS: readonly string[] = [CONFIG, PARAMS];
const ADAPTER_FILES: readonly string[] = [ADAPTER_CONFIG, ADAPTER_WEIGHTS, ADAPTER_TORCH];
const OTHERS: readonly string[] = [...CONFIGS, GENERATION_FILE, ...TOKENIZER_FILES, ...ADAPTER_FILES];

/** Whether a name is one that the weights of a model have. */
export const isWeightsFile = (name: string): boolean => WEIGHTS_FILES.includes(name) || SHARD.test(name);

/** Whether a name is one that adapters have. */
export const isAdapterFile = (name: string): boolean => ADAPTER_FILES.includes(name);

/** Whether a name is one that checkpoints have, in any layout. */
export function isCheckpointFile(name: unknown): boolean {
  return typeof name === "string" && (isWeightsFile(name) || OTHERS.includes(name) || isOtherTemplate(name));
}

/** The files in a folder that a save of `names` leaves no place for. A model replaces a model, a tokenizer a tokenizer, an adapter an adapter; `tokenizer`: the model had none, and no other is its. */
export async function staleFiles(folder: string, names: ReadonlySet<string>, tokenizer: boolean): Promise<string[]> {
  const model = CONFIGS.some((name) => names.has(name)) && [...names].some(isWeightsFile);
  const adapter = names.has(ADAPTER_CONFIG) && names.has(ADAPTER_WEIGHTS);
  const replaced = (name: string): boolean =>
    (adapter && ADAPTER_FILES.includes(name)) ||
    (model && (isWeightsFile(name) || CONFIGS.includes(name) || name === GENERATION_FILE)) ||
    ((tokenizer || names.has("tokenizer.json")) && (TOKENIZER_FILES.includes(name) || isOtherTemplate(name)));
  const there = [...(await filesIn(folder, "")), ...(await filesIn(folder, TEMPLATE_FOLDER))];
  return there.filter((name) => !names.has(name) && replaced(name)).sort();
}

/** The files in a part of a folder, none where there is no such part. */
async function filesIn(folder: string, part: string): Promise<string[]> {
  const entries = await readdir(join(folder, part), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (part !== "" && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => part + name);
}
