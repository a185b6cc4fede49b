// Checkpoints in folders of a file system: reading. Node and Deno only.
import { type FileHandle, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, requireArity, requireText, strict } from "@x/tensor/core";
import { requireReadName } from "../checkpoint/file-names.ts";
import type { FileReader } from "../checkpoint/files.ts";
import { finishSave } from "./atomic-save.ts";

/** A reader of a folder's files, whole and by ranges. */
export type FolderReader = FileReader & Required<Pick<FileReader, "size" | "range">>;

/** A regular file as it was when its size was asked for. */
interface Seen {
  readonly sizeBytes: number;
  readonly changed: number;
  readonly inode: number;
}

/** Node reads no more at once. */
const MOST_READ_BYTES = 2 ** 30;

/**
 * A reader of the files in a folder: of any size, by ranges. Names are plain ones, as `writeFolder` checks them, or those of templates in additional_chat_templates/; links are followed, as caches of models need.
 * A save that was cut off between its files is finished first.
 *
 * @throws CheckpointError when the folder does not exist; the reader's functions for names that are paths, for what is no file, and for files that change while they are read
 */
export async function folderReader(folder: string): Promise<FolderReader> {
  requireArity("folderReader", arguments, 1);
  requireText("folderReader", "folder", folder);
  const info = await tried(folder, () => stat(folder));
  if (!info?.isDirectory()) {
    throw new CheckpointError(
      `checkpoint: "${folder}" must be a folder with config.json and model.safetensors; got ${info ? "a file" : "no such folder"}.`,
      {
        file: folder,
      },
    );
  }
  await finishSave(folder).catch((cause: unknown) => {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(
      `checkpoint: a save to "${folder}" that was cut off must be finished before the folder is read; ${reasonOf(cause)}.`,
      { file: folder, cause },
    );
  });
  const seen = new Map<string, Seen>();
  const placeOf = (name: string): string => {
    requireReadName("checkpoint: the name of a file to read", name);
    return join(folder, name);
  };
  const look = async (name: string): Promise<Seen | undefined> => {
    const path = placeOf(name);
    const found = await tried(path, () => stat(path));
    if (!found) return undefined;
    if (!found.isFile())
      throw new CheckpointError(
        `checkpoint: "${path}" must be a file; it is ${found.isDirectory() ? "a folder" : "a device or a pipe"}.`,
        { file: path },
      );
    return { sizeBytes: found.size, changed: found.mtimeMs, inode: found.ino };
  };
  const range = async (name: string, start: number, end: number): Promise<Uint8Array> => {
    const path = placeOf(name);
    const before = seen.get(name) ?? (await look(name));
    const file = await tried(path, () => open(path));
    if (!file)
      throw new CheckpointError(`checkpoint: "${path}" must stay while it is read; it is gone.`, { file: path });
    try {
      const now = await file.stat();
      if (before && (now.size !== before.sizeBytes || now.mtimeMs !== before.changed || now.ino !== before.inode)) {
        throw new CheckpointError(
          `checkpoint: "${path}" must stay as it is while it is read; it had ${before.sizeBytes} bytes and has ${now.size}, or was written anew.`,
          {
            file: path,
            expected: before.sizeBytes,
            got: now.size,
          },
        );
      }
      return await readRange(file, path, start, end);
    } finally {
      await file.close();
    }
  };
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const found = await look(name);
    if (!found) return undefined;
    seen.set(name, found);
    return range(name, 0, found.sizeBytes);
  };
  return strict(
    "reader",
    Object.assign(read, {
      range,
      size: async (name: string): Promise<number | undefined> => {
        const found = await look(name);
        if (found) seen.set(name, found);
        return found?.sizeBytes;
      },
    }),
  );
}

async function readRange(file: FileHandle, path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = allocated(path, end - start);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await file.read(bytes, at, Math.min(MOST_READ_BYTES, bytes.length - at), start + at);
    if (bytesRead === 0) {
      throw new CheckpointError(
        `checkpoint: "${path}" must have bytes ${start} to ${end}; it ends at ${start + at}. It was cut off while it was read.`,
        { file: path, expected: end, got: start + at },
      );
    }
    at += bytesRead;
  }
  return bytes;
}

function allocated(path: string, sizeBytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(sizeBytes);
  } catch (cause) {
    throw new CheckpointError(
      `checkpoint: ${sizeBytes} bytes of "${path}" must fit in memory; they cannot be allocated.`,
      { file: path, got: sizeBytes, cause },
    );
  }
}

/** What an access to a file gives; undefined when there is none. */
export async function tried<T>(path: string, access: () => Promise<T>): Promise<T | undefined> {
  try {
    return await access();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CheckpointError(`checkpoint: "${path}" must be readable; ${reasonOf(error)}.`, {
      file: path,
      cause: error,
    });
  }
}

/** What a system's error says, for a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "access is denied",
    EPERM: "the operation is not permitted",
    ENOSPC: "the disk is full",
    ENOTDIR: "a part of the path is a file",
    EEXIST: "a file of that name is in the way",
    EISDIR: "it is a folder",
    EROFS: "the file system is read-only",
    ENOENT: "no folder can be made there",
  };
  return (code !== undefined && reasons[code]) || message;
}
