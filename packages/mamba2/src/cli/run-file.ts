// The file of a training run in its folder: reading it, saving it beside the model, and the tokenizer that it names.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { CheckpointError, readSafetensors } from "@x/tensor/core";
import type { FileReader } from "../checkpoint/files.ts";
import { writeFolder } from "../node/write-folder.ts";
import type { TrainingRun } from "../train.ts";
import { shortened } from "../train-mark.ts";
import type { Options } from "./command.ts";
import { type KeepOptions, keepSave, RUN_FILE, saveOf } from "./kept-saves.ts";
import type { TrainedModel } from "./train-model.ts";

/** note of the run's file */
export const TOKENIZER = "tokenizer";

/** Saves of a run, of which one at a time is written while training goes on. */
export interface Saver {
  /** Reads back what is to be saved and begins to write it, once the save before is written. @throws CheckpointError when that one could not be */
  save(): Promise<void>;
  /** Waits for what is being written. @throws CheckpointError when it could not be */
  finish(): Promise<void>;
  /** The same when something else went wrong, which is the error that counts. */
  settle(): Promise<void>;
}

/** Saves the model, or the adapter that is trained, the run and the tokenizer together: training waits while values are read back, not while they are written and flushed. */
export function saver(
  trained: TrainedModel,
  run: TrainingRun,
  out: string,
  others: ReadonlyMap<string, Uint8Array>,
  keep: KeepOptions = { last: 1, best: false },
): Saver {
  const nothing = (): Promise<unknown> => Promise.resolve(undefined);
  let writing = nothing(); // the error of the last write, or undefined: it is raised when somebody waits, never unheard
  const finish = async (): Promise<void> => {
    const error = await writing;
    writing = nothing();
    if (error !== undefined) throw error as Error;
  };
  return {
    save: async () => {
      const all = new Map([...others, ...(await trained.files()), [RUN_FILE, await run.serialize()]]);
      const save = saveOf(run);
      await finish();
      const written = writeFolder(out, all, { withoutTokenizer: true }).then(() => keepSave(out, save, keep));
      writing = written.then(
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

/** Raises about another tokenizer than the run was saved with, unless that is allowed; a run saved without its mark is known by its tokens. */
export function requireSameTokenizer(
  runFile: Uint8Array,
  files: ReadonlyMap<string, Uint8Array>,
  options: Options,
): void {
  const [saved, now] = [readSafetensors(runFile).metadata[TOKENIZER], tokenizerMark(files)];
  if (saved === undefined || saved === now || options.flag("other-data")) return;
  throw new CheckpointError(
    `train: the tokenizer must be that of the saved run, ${shortened(saved)}; got ${shortened(
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
