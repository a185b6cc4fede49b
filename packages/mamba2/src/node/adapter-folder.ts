// Adapters from and to folders.
import { requireArity, requireText } from "@x/tensor/core";
import {
  type Adapter,
  loadAdapter,
  type LoadAdapterOptions,
  saveAdapter,
  type SaveAdapterOptions,
} from "../adapters/index.ts";
import type { Mamba2LM } from "../model/model.ts";
import { folderReader } from "./folder.ts";
import { writeFolder } from "./write-folder.ts";

/**
 * Loads an adapter from a folder with PEFT's files, attaches it and makes it the one in use; see `loadAdapter` of "@x/mamba2/adapters".
 *
 * @throws CheckpointError, ConfigError
 * @example
 * const load = async () => loadAdapterFolder(await loadFolder("runs/start-1"), "runs/poems");
 */
export async function loadAdapterFolder(
  model: Mamba2LM,
  folder: string,
  options: LoadAdapterOptions = {},
): Promise<Adapter> {
  requireArity("loadAdapterFolder", arguments, 3);
  requireText("loadAdapterFolder", "folder", folder);
  return loadAdapter(model, await folderReader(folder), options);
}

/**
 * Saves an adapter to a folder as PEFT's files, in the place of the adapter that is there; see `saveAdapter` of "@x/mamba2/adapters".
 *
 * @returns what PEFT will refuse
 * @throws CheckpointError when something cannot be written; ConfigError for an unknown option
 * @example
 * const save = (adapter: Adapter) => saveAdapterFolder(adapter, "runs/poems", { baseModel: "runs/start-1" });
 */
export async function saveAdapterFolder(
  adapter: Adapter,
  folder: string,
  options: SaveAdapterOptions = {},
): Promise<readonly string[]> {
  requireArity("saveAdapterFolder", arguments, 3);
  requireText("saveAdapterFolder", "folder", folder);
  const { files, warnings } = await saveAdapter(adapter, options);
  await writeFolder(folder, files);
  return warnings;
}
