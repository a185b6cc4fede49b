// The file of a training run in its folder: reading it, saving it beside the model, and the tokenizer that it names.
import { sha256 } from "@noble/hashes/sha2.js";
import { join } from "node:path";
import { bytesToHex } from "@noble/hashes/utils.js";
import { CheckpointError, isDeviceLoss, readSafetensors } from "@x/tensor/core";
import type { FileReader } from "../checkpoint/files.ts";
import { writeFolder } from "../node/write-folder.ts";
import type { TrainingRun } from "../train/train.ts";
import { shortFingerprint } from "../hashes/short-fingerprint.ts";
import type { Options } from "./command.ts";
import { AVERAGES, type KeepOptions, keepSave, RUN_FILE, type Save, saveOf } from "./save-retention.ts";
import type { TrainedModel } from "./train-model.ts";

/** Note of the run's file. */
export const TOKENIZER = "tokenizer";

/** Saves of a run, of which one at a time is written while training goes on. */
export interface Saver {
  /** Begins to read back what is to be saved, once the save before is written; the values are those of now. @throws CheckpointError when the save before could not be written */
  save(): Promise<void>;
  /**
   * Writes what lies behind the save that the run was restored from: the process that saved may have been killed before it did.
   *
   * @param kept what that process was asked to keep, and whether it had averages: not what this one is asked for, which may be refused
   */
  complete(kept: KeepOptions, averages: boolean): Promise<void>;
  /** Waits for what is being written. @throws CheckpointError when it could not be */
  finish(): Promise<void>;
  /** The same when something else went wrong, which is the error that counts. */
  settle(): Promise<void>;
}

/**
 * Saves the model, or the adapter that is trained, the run and the tokenizer together, and behind them the averages of the weights, where there are some, as a model of their own: training
 * waits until their reads have begun, not while they are read back, hashed, written and flushed.
 */
export function saver(
  trained: TrainedModel,
  run: TrainingRun,
  out: string,
  others: ReadonlyMap<string, Uint8Array>,
  keep: KeepOptions = { last: 1, best: false },
): Saver {
  const nothing = (): Promise<unknown> => Promise.resolve(undefined);
  let writing = nothing(); // the error of the last write, or undefined: it is raised when somebody waits, never unheard
  let { device } = trained.model;
  const finish = async (): Promise<void> => {
    const error = await writing;
    writing = nothing();
    // The run has noticed the loss before, and made the steps since its last kept one again: there will be another save.
    const isOver = isDeviceLoss(error) && trained.model.device !== device;
    if (error !== undefined && !isOver) throw error as Error;
  };
  /** The averages of now, whose reads have begun: they are not waited for while they are in the model. */
  const averagesNow = (): Promise<{ readonly files: ReturnType<TrainedModel["files"]> } | undefined> =>
    run.settings.ema === undefined ? Promise.resolve(undefined) : run.withAverages(() => ({ files: trained.files() }));
  /** What follows the save itself. */
  const writeBehind = async (
    averages: ReadonlyMap<string, Uint8Array> | undefined,
    save: Save,
    kept: KeepOptions = keep,
  ): Promise<void> => {
    if (averages) await writeFolder(join(out, AVERAGES), new Map([...others, ...averages]), { withoutTokenizer: true });
    await keepSave(out, save, kept);
  };
  return {
    complete: async (kept, averages) => {
      const files = averages ? await (await averagesNow())?.files : undefined;
      await writeBehind(files, { ...saveOf(run), averages: files !== undefined }, kept);
    },
    save: async () => {
      await finish();
      ({ device } = trained.model);
      // Each begins all its reads at once: the run goes on while they are waited for.
      const now = Promise.all([trained.files(), run.serialize()]);
      now.catch(() => undefined); // heard below
      const averaged = await averagesNow();
      const save = saveOf(run);
      const written = async (): Promise<void> => {
        const [[files, runFile], averages] = await Promise.all([now, averaged?.files]);
        await writeFolder(out, new Map([...others, ...files, [RUN_FILE, runFile]]), { withoutTokenizer: true });
        await writeBehind(averages, save);
      };
      writing = written().then(
        () => undefined,
        (error: unknown) => error,
      );
    },
    finish,
    settle: async () => void (await writing),
  };
}

/** What a tokenizer is known again by. */
export function tokenizerMark(files: ReadonlyMap<string, Uint8Array>): string {
  const file = files.get("tokenizer.json");
  return file ? `SHA-256 ${bytesToHex(sha256(file))}` : "bytes";
}

/** Raises about another tokenizer than the run was saved with, unless that is allowed; a run saved without its fingerprint is known by its tokens. */
export function requireSameTokenizer(
  runFile: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  options: Options,
): void {
  const [saved, now] = [readSafetensors(runFile).metadata[TOKENIZER], tokenizerMark(files)];
  if (saved === undefined || saved === now || options.flag("other-data")) return;
  throw new CheckpointError(
    `train: the tokenizer must be that of the saved run, ${shortFingerprint(saved)}; got ${shortFingerprint(
      now,
    )}. Another one makes it another run: --other-data goes on all the same.`,
    { expected: saved, got: now },
  );
}

export async function readRunFile(folder: string, read: FileReader): Promise<Uint8Array> {
  const file = await read(RUN_FILE);
  if (file) return file;
  throw new CheckpointError(
    `train: "${folder}" must hold a saved run (${RUN_FILE}); it does not, so there is nothing to resume.`,
    { file: RUN_FILE },
  );
}
