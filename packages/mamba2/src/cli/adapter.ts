// What commands do with adapters: a model computes with the one of --adapter, and convert writes it into the base.
import { cpuDevice } from "@x/tensor/core";
import type { Adapter } from "../adapters/adapter.ts";
import { loadAdapter, readAdapter } from "../adapters/files.ts";
import type { FileReader } from "../checkpoint/sources.ts";
import type { Mamba2Config } from "../config/config.ts";
import { openRepository } from "../hub/repository.ts";
import type { Mamba2LM } from "../model/model.ts";
import { folderReader } from "../node/folder.ts";
import type { Io, Option, Options } from "./command.ts";
import { hubOptions, isRepository } from "./model-location.ts";

export const ADAPTER_OPTION: Option = {
  name: "adapter",
  value: "DIR|OWNER/NAME",
  help: "folder or repository with a low-rank adapter of the model, as PEFT writes it",
};

/** Gives a model the adapter of `--adapter`, where there is one. */
export async function useAdapterOption(model: Mamba2LM, options: Options, io: Io): Promise<void> {
  const place = options.text("adapter");
  if (place === undefined) return;
  const onWarning = (warning: string): void => io.note(warning);
  await loadAdapter(model, await openAdapter(place, options, io), { onWarning, ...baseOption(options) });
}

/** The adapter of `--adapter`, on the CPU device, of a model whose weights are in files. */
export async function adapterOption(config: Mamba2Config, options: Options, io: Io): Promise<Adapter | undefined> {
  const place = options.text("adapter");
  if (place === undefined) return undefined;
  const onWarning = (warning: string): void => io.note(warning);
  const base = { config, device: cpuDevice(), dtype: "f32" } as const;
  return readAdapter(base, await openAdapter(place, options, io), { onWarning, ...baseOption(options) });
}

/** What the command calls the model. */
function baseOption(options: Options): { readonly baseModel?: string } {
  const [place, revision] = [options.text("model"), options.text("revision")];
  if (place === undefined) return {};
  return { baseModel: revision === undefined || !isRepository(place) ? place : `${place}@${revision}` };
}

async function openAdapter(place: string, options: Options, io: Io): Promise<FileReader> {
  if (!isRepository(place)) return folderReader(place);
  const { revision: _, ...hub } = hubOptions(options, io); // of the model
  return openRepository(place, hub);
}
