// Writing checkpoints to folders of a file system such that a folder never holds half of one, nor parts of two. Node and Deno only.
import { describeValue, hostBytes } from "@x/base";
import { type FileHandle, lstat, open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkOptions, CheckpointError, requireArity, requireMap, requireText } from "@x/tensor/core";
import { requireFileName } from "../checkpoint/file-names.ts";
import type { StreamedFile } from "../checkpoint/streamed.ts";
import { reasonOf } from "./folder.ts";
import { staleFiles } from "./stale-files.ts";
import { commitSave, finishSave, removeAbandoned } from "./atomic-save.ts";
import { makeFolder } from "./writable.ts";

/** Options of {@link writeFolder}. */
export interface WriteFolderOptions {
  /** remove a tokenizer of before that `files` has none in the place of; default false: it is taken for the model's */
  readonly withoutTokenizer?: boolean;
}

/**
 * Writes files into a folder, which is made when it is missing. All are written and flushed under temporary names first; then they are renamed as one step: an error or a
 * power cut before it leaves the folder as it was, one within it is completed by the next process that reads or writes the folder here. What killed processes left of these files is removed.
 *
 * A checkpoint (config.json and weights) takes the place of the one before: other weights, shards, their index and generation_config.json that it does not write are removed.
 * tokenizer.json likewise replaces the tokenizer_config.json of another. Nothing else in the folder is touched.
 *
 * @param files by name: plain names, without paths, which every system takes; bytes, or `{ sizeBytes, chunks() }`, whose chunks are asked for one after another as they are written
 * @throws CheckpointError for other names, before anything is written, and when something cannot be written
 */
export async function writeFolder(
  folder: string,
  files: ReadonlyMap<string, Uint8Array | StreamedFile>,
  options: WriteFolderOptions = {},
): Promise<void> {
  requireArity("writeFolder", arguments, 3);
  requireText("writeFolder", "folder", folder);
  requireMap("writeFolder", "files", files);
  checkOptions<WriteFolderOptions>("writeFolder", options, { withoutTokenizer: "boolean" });
  // Checked before the first is written. Some systems take names for the same that differ in their case only.
  const names = new Set<string>();
  for (const [name, bytes] of files) {
    requireFileName("checkpoint: the name of a file to write", name);
    if (!(bytes instanceof Uint8Array) && typeof (bytes as StreamedFile | null)?.chunks !== "function")
      throw new CheckpointError(
        `checkpoint: the contents of "${name}" must be bytes, a Uint8Array, or { sizeBytes, chunks() }; got ${describeValue(bytes)}.`,
        { file: name, got: bytes },
      );
    if (names.has(name.toLowerCase()))
      throw new CheckpointError(
        `checkpoint: the names of files to write must differ in more than their case; "${name}" is there twice.`,
        { file: name },
      );
    names.add(name.toLowerCase());
  }
  const suffix = `.${process.pid}.partial`;
  const written: string[] = [];
  let counts = false;
  try {
    await makeFolder(folder);
    await finishSave(folder);
    await removeAbandoned(folder, new Set(files.keys()));
    for (const name of files.keys()) await requireNoFolder(join(folder, name));
    const removals = await staleFiles(folder, new Set(files.keys()), options.withoutTokenizer ?? false);
    for (const [name, bytes] of files) {
      written.push(name);
      await writeFlushed(join(folder, name + suffix), bytes);
    }
    counts = true; // what is written is kept from here on: half of it may have its name
    await commitSave(folder, { renames: written.map((name) => [name, name + suffix]), removals });
  } catch (cause) {
    if (!counts) for (const name of written) await rm(join(folder, name + suffix), { force: true });
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(`checkpoint: must be able to write to "${folder}"; ${reasonOf(cause)}.`, {
      file: folder,
      cause,
    });
  }
}

async function requireNoFolder(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.isDirectory())
    throw new CheckpointError(`checkpoint: must be able to write "${path}"; a folder of that name is in the way.`, {
      file: path,
    });
}

/** Writes one file, atomically as {@link writeFolder} does. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await writeFolder(dirname(path), new Map([[basename(path), bytes]]));
}

async function writeFlushed(path: string, contents: Uint8Array | StreamedFile): Promise<void> {
  const file = await open(path, "w");
  try {
    if (contents instanceof Uint8Array) await file.writeFile(hostBytes(`writing ${path}: bytes`, contents));
    else await writeChunks(file, path, contents);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeChunks(file: FileHandle, path: string, { sizeBytes, chunks }: StreamedFile): Promise<void> {
  let written = 0;
  for await (const chunk of chunks()) {
    const bytes = hostBytes(`writing ${path}: a chunk`, chunk);
    await file.writeFile(bytes);
    written += bytes.length;
  }
  if (written !== sizeBytes)
    throw new CheckpointError(`checkpoint: "${path}" must get ${sizeBytes} bytes; its chunks have ${written}.`, {
      file: path,
      expected: sizeBytes,
      got: written,
    });
}
