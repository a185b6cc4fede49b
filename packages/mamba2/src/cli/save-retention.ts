// Saves that a run keeps beside its newest one, in folders that can be loaded and resumed as that can: the last few, and the best.
import { copyFile, link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, readSafetensors } from "@x/tensor/core";
import { isCheckpointFile } from "../node/stale-files.ts";
import type { TrainingRun } from "../train/train.ts";
import type { Option, Options } from "./command.ts";

export const KEEP_OPTIONS: readonly Option[] = [
  {
    name: "keep",
    value: "N",
    help: "keep the last N saves, the newest included, in DIR/step-S; default 1, in DIR alone",
  },
  { name: "keep-best", help: "keep the save with the least validation loss in DIR/best" },
];

/** The file of a run, beside its model. */
export const RUN_FILE = "training.safetensors";
/** The folder of a save with the averages of its weights, where the run has some. */
export const AVERAGES = "ema";
/** … and of the best one. */
export const BEST = "best";
/** Note in the run's file: which saves it keeps. */
const KEEP = "keep";

/** Which saves are kept. */
export interface KeepOptions {
  /** how many of the last */
  readonly last: number;
  readonly best: boolean;
}

/** What the options say, else what the run was saved with. */
export function keepOptions(options: Options, runFile: Uint8Array | undefined): KeepOptions {
  const saved = runFile && readSafetensors(runFile).metadata[KEEP];
  const [, last = "1", best] = /^(\d+)( best)?$/.exec(saved ?? "1") ?? [];
  return { last: options.integer("keep", 1) ?? Number(last), best: options.flag("keep-best") || best !== undefined };
}

/** The note of a run's file. */
export function keepNote({ last, best }: KeepOptions): Readonly<Record<string, string>> {
  return last > 1 || best ? { [KEEP]: `${last}${best ? " best" : ""}` } : {};
}

/** How many saves there are at most, each of which takes room. */
export function mostSaves({ last, best }: KeepOptions): number {
  return last + (best ? 1 : 0);
}

/** A save of a run. */
export interface Save {
  readonly step: number;
  /** so far */
  readonly isBest: boolean;
  /** whether there is a folder of averages in it */
  readonly averages: boolean;
}

/** The save that a run would be at now. */
export function saveOf({ step, best, settings }: Pick<TrainingRun, "step" | "best" | "settings">): Save {
  return { step, isBest: best?.step === step, averages: settings.ema !== undefined };
}

/**
 * Keeps the save in a folder as told, and removes those that are no longer among the last. Its files get second names, which take no room as long as the save is the newest; where a file
 * system has no such names they are copied. After an interruption, calling it again for the same save completes it.
 *
 * @throws CheckpointError when something cannot be written
 */
export async function keepSave(
  folder: string,
  { step, isBest, averages }: Save,
  { last, best }: KeepOptions,
): Promise<void> {
  try {
    if (best && isBest) await nameAgain(folder, BEST, averages);
    if (last === 1) return;
    await nameAgain(folder, `step-${step}`, averages);
    const older = (await readdir(folder))
      .flatMap((name) => /^step-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .filter((other) => other < step) // those behind it are another run's, which this one may go on from an earlier save of
      .sort((a, b) => b - a);
    for (const one of older.slice(last - 1)) await rm(join(folder, `step-${one}`), { recursive: true });
  } catch (cause) {
    throw new CheckpointError(
      `train: saves must be kept in "${folder}" as --keep and --keep-best ask; ${(cause as Error).message}.`,
      { file: folder, cause },
    );
  }
}

/** Gives the files of the save in a folder second names, in a folder in it. */
async function nameAgain(folder: string, name: string, averages: boolean): Promise<void> {
  const [place, partial] = [join(folder, name), join(folder, `${name}.partial`)];
  await rm(partial, { recursive: true, force: true });
  await linkFiles(folder, partial);
  if (averages) await linkFiles(join(folder, AVERAGES), join(partial, AVERAGES));
  await rm(place, { recursive: true, force: true });
  await rename(partial, place);
}

async function linkFiles(folder: string, into: string): Promise<void> {
  await mkdir(into);
  for (const file of await readdir(folder))
    if (isCheckpointFile(file) || file === RUN_FILE) {
      const [from, to] = [join(folder, file), join(into, file)];
      await link(from, to).catch(() => copyFile(from, to));
    }
}
