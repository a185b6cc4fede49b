// Makes a save of several files atomic. A note lists the renames and removals first; once it is written the save counts, and whoever finds the note completes it before reading or
// writing. Without the note, a process that dies between two renames would leave files of two saves mixed.
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, isJsonObject, type JsonValue, parseJson } from "@x/tensor/core";
import { isFileName } from "../checkpoint/file-names.ts";
import { isCheckpointFile } from "./stale-files.ts";
import { isRunning } from "./processes.ts";

const NOTE = ".checkpoint-save.json";
const PARTIAL = /\.(\d+)\.partial$/;

/** What is left to do of a save whose files are all written. */
export interface PendingSave {
  /** the names to be, and what the files are called until then */
  readonly renames: readonly (readonly [name: string, partial: string])[];
  readonly removals: readonly string[];
}

/** Renames and removes, all or nothing as far as {@link finishSave} is called before anything is read. */
export async function commitSave(folder: string, save: PendingSave): Promise<void> {
  if (save.renames.length + save.removals.length > 1) {
    const partial = `${NOTE}.${process.pid}.partial`;
    const file = await open(join(folder, partial), "w");
    try {
      await file.writeFile(JSON.stringify(save));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(join(folder, partial), join(folder, NOTE));
    await syncFolder(folder);
  }
  await perform(folder, save);
}

/**
 * Does what is left of a save that was cut off, if there is one.
 *
 * @throws CheckpointError when the note is none
 */
export async function finishSave(folder: string): Promise<void> {
  const text = await readFile(join(folder, NOTE), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text !== undefined) await perform(folder, pendingSave(folder, text));
}

/**
 * Removes what processes that have ended left of files that they were writing, by the names that those were to have; {@link finishSave} comes first. A folder of several machines is
 * written by one of them at a time: processes of other machines cannot be checked. A file without a name was made to see whether the folder can be written.
 */
export async function removeAbandoned(folder: string, names: ReadonlySet<string>): Promise<void> {
  for (const partial of await readdir(folder)) {
    const [suffix, pid] = PARTIAL.exec(partial) ?? [];
    if (suffix === undefined || isRunning(Number(pid))) continue;
    const name = partial.slice(0, -suffix.length);
    if (names.has(name) || name === NOTE || name === "") await rm(join(folder, partial), { force: true });
  }
}

async function perform(folder: string, { renames, removals }: PendingSave): Promise<void> {
  for (const name of removals) await rm(join(folder, name), { force: true });
  for (const [name, partial] of renames) {
    await rename(join(folder, partial), join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error; // it was renamed before: by what was cut off, or by another process that found the note
    });
  }
  await syncFolder(folder);
  await rm(join(folder, NOTE), { force: true });
}

/** Names reach the disk in the order of their changes. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A note may be anyone's: it must not reach beyond what saves do. */
function pendingSave(folder: string, text: string): PendingSave {
  const refuse = (cause?: unknown): never => {
    throw new CheckpointError(
      `checkpoint: "${join(folder, NOTE)}" must be the note of a save that was cut off; it is not. Remove it, and save anew.`,
      { file: NOTE, cause },
    );
  };
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch (cause) {
    return refuse(cause);
  }
  const { renames, removals } = (isJsonObject(json) ? json : {}) as Partial<PendingSave>;
  const isRename = ([name, partial]: PendingSave["renames"][number]): boolean =>
    isFileName(name) &&
    isFileName(partial) &&
    partial.startsWith(name) &&
    PARTIAL.test(partial) &&
    partial.replace(PARTIAL, "") === name;
  if (!Array.isArray(renames) || !Array.isArray(removals)) return refuse();
  if (
    !renames.every((one) => Array.isArray(one) && one.length === 2 && isRename(one as [string, string])) ||
    !removals.every(isCheckpointFile)
  )
    return refuse();
  return { renames, removals };
}
