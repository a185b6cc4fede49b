// The part of @x/mamba2 that needs a file system: models from and to folders. Import it as "@x/mamba2/node".
import { requireArity, requireInstance, requireText } from "@x/tensor/core";
import type { LayoutName } from "./families/family.ts";
import { Mamba2LM } from "./model/model.ts";
import type { LoadFilesOptions, SaveOptions } from "./model/model-options.ts";
import { folderReader } from "./node/folder.ts";
import { writeFolder } from "./node/write-folder.ts";

export { loadAdapterFolder, saveAdapterFolder } from "./node/adapter-folder.ts";
export { folderReader } from "./node/folder.ts";
export { defaultHubFolder, hubFolder } from "./node/hub-folder.ts";
export { listen, type ListeningServer, type ListenOptions } from "./node/listen.ts";
export { requireWritableFolder } from "./node/writable.ts";
export type { StreamedFile } from "./checkpoint/streamed.ts";
export { writeFolder, type WriteFolderOptions } from "./node/write-folder.ts";

/**
 * Loads a model from a folder with a checkpoint of any layout.
 *
 * @throws CheckpointError, ConfigError
 * @example
 * const model = await loadFolder("runs/start-1");
 */
export async function loadFolder(folder: string, options: LoadFilesOptions = {}): Promise<Mamba2LM> {
  requireArity("loadFolder", arguments, 2);
  requireText("loadFolder", "folder", folder);
  const model = await Mamba2LM.load(await folderReader(folder), options);
  if (model.origin) model.origin = { ...model.origin, name: folder };
  return model;
}

/** Saves a model to a folder, in the place of the checkpoint that is there; see {@link writeFolder}, by default in the layout that `save` chooses. What the layout cannot say goes to `onWarning`. */
export async function saveFolder(
  model: Mamba2LM,
  folder: string,
  layout?: LayoutName,
  options: SaveOptions = {},
): Promise<void> {
  requireArity("saveFolder", arguments, 4);
  requireInstance("saveFolder", "model", model, Mamba2LM, "a Mamba2LM");
  requireText("saveFolder", "folder", folder);
  await writeFolder(folder, (await model.save(layout, options)).files);
}
