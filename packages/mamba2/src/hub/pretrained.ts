// A model by its name on a hub: the way from the name to what Mamba2LM makes a model of.
import { openCheckpoint, type OpenCheckpoint } from "../checkpoint/files.ts";
import type { ReadConfigOptions } from "../checkpoint/detect.ts";
import { warn } from "../checkpoint/warnings.ts";
import type { RepositoryOptions } from "./options.ts";
import { ggufOf } from "./names.ts";
import { openRepository } from "./repository.ts";

/** What is made of a checkpoint. */
interface Loading<M> {
  /** raises about what its headers show that it cannot be loaded as asked */
  accept(checkpoint: OpenCheckpoint): void;
  load(checkpoint: OpenCheckpoint): Promise<M>;
}

/**
 * Downloads a checkpoint, where it is not in the cache, and hands it to `load`. Its headers are read first: what cannot be loaded is refused before its weights come.
 *
 * Throws what {@link openRepository} and reading a checkpoint throw; then what `load` gave is disposed of.
 */
export async function pretrained<M extends { dispose(): void }>(
  name: string,
  options: RepositoryOptions,
  reading: ReadConfigOptions,
  { accept, load }: Loading<M>,
): Promise<M> {
  const inside = ggufOf(name);
  const repository = await openRepository(inside?.repository ?? name, options);
  let model: M | undefined;
  try {
    const files = inside ? [inside.file] : await repository.checkpointFiles();
    const { ggufFiles } = inside ? await import("../gguf/files.ts") : {};
    const open = async (): Promise<OpenCheckpoint> =>
      openCheckpoint(inside ? await ggufFiles!(repository, inside.file) : repository, reading);
    accept(await open());
    await repository.fetch(files);
    const checkpoint = await open(); // of bytes that were checked
    warn(checkpoint.warnings, { ...(options.onWarning && { onWarning: options.onWarning }) });
    model = await load(checkpoint);
    await repository.verify();
    return model;
  } catch (error) {
    model?.dispose();
    throw error;
  } finally {
    await repository.close();
  }
}
