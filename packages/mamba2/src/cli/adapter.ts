// What commands do with adapters: a model computes with the one of --adapter, and convert writes it into the base.
import { cpuDevice, type TensorBytes } from "@x/tensor/core";
import { adaptersOf, loadAdapter, mergeAdapter, removeAdapter } from "../adapters/index.ts";
import type { OpenCheckpoint } from "../checkpoint/files.ts";
import { hostTensors, storedDType } from "../checkpoint/host.ts";
import type { FileReader, TensorSource } from "../checkpoint/sources.ts";
import { openRepository } from "../hub/repository.ts";
import { Mamba2LM } from "../model.ts";
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
  await loadAdapter(model, await openAdapter(place, options, io), { onWarning });
}

/** The tensors of a checkpoint with the adapter of `--adapter` written into them, each in the element type that it had. */
export async function mergedTensors(
  { config, tensors }: OpenCheckpoint,
  options: Options,
  io: Io,
): Promise<Map<string, TensorBytes>> {
  const model = await Mamba2LM.fromSources(config, tensors, { device: cpuDevice() });
  try {
    await useAdapterOption(model, options, io);
    for (const adapter of adaptersOf(model)) {
      mergeAdapter(model, adapter);
      removeAdapter(model, adapter);
    }
    for (const parameter of model.baseParameters())
      parameter.markStoredAs(storedDType(tensors.get(parameter.path)!.dtype));
    return await hostTensors(model);
  } finally {
    model.dispose();
  }
}

/** Tensors in memory as sources. */
export function sourcesOf(tensors: ReadonlyMap<string, TensorBytes>): Map<string, TensorSource> {
  return new Map(
    [...tensors].map(([name, { dtype, shape, bytes }]) => [
      name,
      { dtype, shape, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) },
    ]),
  );
}

async function openAdapter(place: string, options: Options, io: Io): Promise<FileReader> {
  if (!isRepository(place)) return folderReader(place);
  const { revision: _, ...hub } = hubOptions(options, io); // of the model
  return openRepository(place, hub);
}
