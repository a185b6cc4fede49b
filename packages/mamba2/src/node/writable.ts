// Whether a place can be written to, found out before the work whose results belong there. Node and Deno only.
import { mkdir, open, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CheckpointError, requireText } from "@x/tensor/core";
import { requireFileName } from "../checkpoint/file-names.ts";
import { reasonOf } from "./folder.ts";

/**
 * Makes sure, before long work, that files can be written into a folder: by writing one. What was made for that is removed again.
 *
 * @throws CheckpointError when it cannot
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  requireText("requireWritableFolder", "folder", folder);
  const made: string[] = [];
  try {
    await makeFolder(folder, made);
    const probe = join(folder, `.${process.pid}.partial`);
    await (await open(probe, "w")).close();
    await rm(probe);
  } catch (error) {
    throw new CheckpointError(`checkpoint: must be able to write to "${folder}"; ${reasonOf(error)}.`, {
      file: folder,
      cause: error,
    });
  } finally {
    for (const one of made.reverse()) await rmdir(one).catch(() => undefined); // somebody else put something there meanwhile
  }
}

/**
 * Makes sure, before long work, that one file can be written.
 *
 * @throws CheckpointError when it cannot
 */
export async function requireWritableFile(path: string): Promise<void> {
  requireFileName("checkpoint: the name of a file to write", basename(path));
  const found = await stat(path).catch(() => undefined); // what is wrong with the path shows when its folder is made
  if (found && !found.isFile())
    throw new CheckpointError(
      `checkpoint: must be able to write to "${path}"; it is ${found.isDirectory() ? "a folder" : "a device or a pipe"}.`,
      { file: path },
    );
  await requireWritableFolder(dirname(path));
}

/** Makes a folder and its parents, and returns which it made. (`mkdir` with `recursive` never returns for some folders of some systems, such as one in /proc.) */
export async function makeFolder(folder: string, made: string[] = []): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) {
    await makeFolder(parent, made).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      throw Object.assign(new Error(`${parent} is a file`, { cause }), { code: "ENOTDIR" }); // what is in the way is not the folder itself, as systems say it too
    });
  }
  try {
    await mkdir(folder);
    made.push(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error; // else another process was faster
  }
}

/** The folder, or the nearest one around it that is there. */
export async function nearestFolder(folder: string): Promise<string> {
  const parent = dirname(folder);
  return parent === folder || (await isFolder(folder)) ? folder : nearestFolder(parent);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
