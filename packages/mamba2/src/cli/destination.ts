// Where a command saves to, decided before any work is done: which layout, whether it can hold the model, and whether the folder can be written and has the room.
import { statfs } from "node:fs/promises";
import { ConfigError, CheckpointError, TensorError } from "@x/tensor/core";
import type { LayoutName } from "../families/family.ts";
import { canHold, LAYOUT_NAMES, layoutFor } from "../families/table.ts";
import type { WarningOptions } from "../checkpoint/warnings.ts";
import type { Mamba2Config } from "../config/config.ts";
import type { Mamba2LM } from "../model/model.ts";
import { nearestFolder, requireWritableFolder } from "../node/writable.ts";
import type { Io, Option, Options } from "./command.ts";

export const LAYOUT_OPTION: Option = {
  name: "layout",
  value: LAYOUT_NAMES.join("|"),
  help: "whose names and files to save in; default: those that were loaded, else official, or those of the hybrid that the model is",
};

/** For saves after {@link requireSavable}, which said what the layout cannot hold. */
export const SAID_BEFORE: WarningOptions = { onWarning: () => undefined };

/** The layout to save in: the one asked for, else the one that was loaded, else the one that the model is saved in unless told otherwise. */
export function layoutToSave(options: Options, loaded: LayoutName, config: Mamba2Config): LayoutName {
  return options.choice("layout", LAYOUT_NAMES) ?? (loaded === "own" ? layoutFor(config) : loaded);
}

/**
 * Makes sure that a model can be saved, by making its files once; says what the layout cannot hold.
 *
 * @returns the bytes of the files
 * @throws ConfigError that names the layouts that can hold the model
 */
export async function requireSavable(command: string, model: Mamba2LM, layout: LayoutName, io: Io): Promise<number> {
  try {
    const { files } = await model.save(layout, { onWarning: (warning) => io.note(warning) });
    return [...files.values()].reduce((sum, { length }) => sum + length, 0);
  } catch (error) {
    if (!(error instanceof TensorError)) throw error;
    const others = LAYOUT_NAMES.filter((name) => name !== layout && canHold(name, model.config));
    const hint =
      others.length === 0
        ? "No layout can."
        : `Choose one that can: ${others.map((name) => `--layout ${name}`).join(" or ")}.`;
    throw new ConfigError(`${command}: the layout must be able to hold the model; ${error.message} ${hint}`, {
      field: "layout",
      got: layout,
      cause: error,
    });
  }
}

/** Raises unless a folder is writable and has `bytes` of free space, where the system reports it. */
export async function requireRoom(command: string, folder: string, bytes: number): Promise<void> {
  await requireWritableFolder(folder);
  const free = await statfs(await nearestFolder(folder)).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Infinity,
  ); // not every file system knows
  if (free >= bytes) return;
  const mega = (count: number): string => `${(count / 1e6).toFixed(1)} MB`;
  throw new CheckpointError(
    `${command}: "${folder}" must have room for the saved run, ${mega(bytes)} beside what is there; it has ${mega(
      free,
    )}.`,
    { file: folder, expected: bytes, got: free },
  );
}
