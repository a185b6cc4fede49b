// Saves that a run keeps beside its newest one, in folders that can be loaded and resumed as that can: the last few, and the best.
import { copyFile, link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, readSafetensors } from "@x/tensor/core";
import { openFile, safetensorsHeader } from "../checkpoint/sources.ts";
import { folderReader, tried } from "../node/folder.ts";
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

/** What a run was saved with. */
export function savedKeep(runFile: Uint8Array | undefined): KeepOptions {
  const saved = runFile && readSafetensors(runFile).metadata[KEEP];
  const [, last = "1", best] = /^(\d+)( best)?$/.exec(saved ?? "1") ?? [];
  return { last: Number(last), best: best !== undefined };
}

/** What the options say, else what the run was saved with. */
export function keepOptions(options: Options, runFile: Uint8Array | undefined): KeepOptions {
  const { last, best } = savedKeep(runFile);
  return { last: options.integer("keep", 1) ?? last, best: options.flag("keep-best") || best };
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
    const place = join(folder, BEST);
    // One of steps behind this save is left alone by a run that makes none.
    if (best && isBest && ((await stepOf(place)) ?? 0) <= step) await nameAgain(folder, place, averages);
    if (last === 1) return;
    await nameAgain(folder, join(folder, `step-${step}`), averages);
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

/**
 * Where a run goes on from an earlier save in a folder: the best save there may be of the steps behind it, which this run leaves. It becomes the save of its step, and this run's own best
 * takes its place, where it was kept.
 *
 * @throws CheckpointError when something cannot be read or written
 */
export async function leaveLaterBest(
  folder: string,
  { step, best, settings }: Pick<TrainingRun, "step" | "best" | "settings">,
): Promise<void> {
  const place = join(folder, BEST);
  const later = await stepOf(place);
  if (later === undefined || later <= step) return;
  try {
    const own = join(folder, `step-${later}`);
    if ((await stepOf(own)) === undefined) await rename(place, own);
    else await rm(place, { recursive: true }); // the same files by other names
    const kept = join(folder, `step-${best?.step}`);
    if ((await stepOf(kept)) !== undefined) await nameAgain(kept, place, settings.ema !== undefined);
  } catch (cause) {
    throw new CheckpointError(
      `train: "${place}", the best save of steps behind ${step}, must be put aside; ${(cause as Error).message}.`,
      { file: place, cause },
    );
  }
}

/** The step of the save in a folder; undefined where there is none. */
async function stepOf(folder: string): Promise<number | undefined> {
  if (!(await tried(folder, () => stat(folder)))) return undefined;
  const file = await openFile(await folderReader(folder), RUN_FILE);
  return file && Number((await safetensorsHeader(file)).metadata["step"]);
}

/** Gives the files of the save in a folder second names, in another folder. */
async function nameAgain(folder: string, place: string, averages: boolean): Promise<void> {
  const partial = `${place}.partial`;
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
