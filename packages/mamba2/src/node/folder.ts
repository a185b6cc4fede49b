// Checkpoints in folders of a file system: reading, and writing such that a folder never holds half of one. Node and Deno only.
import { hostBytes } from "@x/base";
import { constants } from "node:fs";
import { access, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CheckpointError } from "@x/tensor";
import type { FileReader } from "../checkpoint/files.ts";

/**
 * A reader of the files in a folder.
 *
 * @throws CheckpointError when the folder does not exist
 */
export async function folderReader(folder: string): Promise<FileReader> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new CheckpointError(`checkpoint: "${folder}" must be a folder with config.json and model.safetensors; got ${info ? "a file" : "no such folder"}.`, {
      file: folder,
    });
  }
  return (name) => readIfThere(join(folder, name));
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CheckpointError(`checkpoint: "${path}" must be readable; ${reasonOf(error)}.`, { file: path, cause: error });
  }
}

/**
 * Writes files into a folder, which is made when it is missing. All are written and flushed under temporary names first and renamed at
 * the end, in their order: an error or a power cut before that leaves the folder as it was.
 *
 * @throws CheckpointError when something cannot be written
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const suffix = `.${process.pid}.partial`;
  const written: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, bytes] of files) {
      const path = join(folder, name);
      written.push(path);
      await writeFlushed(path + suffix, bytes);
    }
    for (const path of written) await rename(path + suffix, path);
  } catch (error) {
    for (const path of written) await rm(path + suffix, { force: true });
    throw new CheckpointError(`checkpoint: must be able to write to "${folder}"; ${reasonOf(error)}.`, { file: folder, cause: error });
  }
}

/** Writes one file, atomically as {@link writeFolder} does. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await writeFolder(dirname(path), new Map([[basename(path), bytes]]));
}

/**
 * Makes sure, before long work, that a folder can be written to.
 *
 * @throws CheckpointError when it cannot
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CheckpointError(`checkpoint: must be able to write to "${folder}"; ${reasonOf(error)}.`, { file: folder, cause: error });
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(hostBytes(`writing ${path}: bytes`, bytes));
    await file.sync();
  } finally {
    await file.close();
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "access is denied", EPERM: "the operation is not permitted", ENOSPC: "the disk is full", ENOTDIR: "a part of the path is a file",
    EEXIST: "a file of that name is in the way", EISDIR: "it is a folder", EROFS: "the file system is read-only",
  };
  return (code !== undefined && reasons[code]) || message;
}
