// The folder that Python's huggingface_hub keeps downloads in, read and written as it does. Node and Deno only.
//
// models--OWNER--NAME/blobs/CHECKSUM          bytes; CHECKSUM.incomplete while they are downloaded, here CHECKSUM.PROCESS.incomplete
//                    /snapshots/COMMIT/FILE   link to ../../blobs/CHECKSUM (the bytes themselves where links are not allowed)
//                    /refs/REVISION           text: the commit
//                    /.no_exist/COMMIT/FILE   empty: the commit has no such file
import { copyFile, open, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve, relative } from "node:path";
import { CheckpointError, requireArity, requireText, strict } from "@x/tensor/core";
import { requireReadName } from "../checkpoint/file-names.ts";
import type { HubCache, PartialFile, RangeReader } from "../hub/cache.ts";
import { isCommit, repositoryName, requireRevision } from "../hub/names.ts";
import { cacheInEnvironment } from "../hub/options.ts";
import type { HubFile } from "../hub/ranges.ts";
import { folderReader, reasonOf } from "./folder.ts";
import { isRunning } from "./processes.ts";
import { makeFolder } from "./writable.ts";

/** A part of a download that was not written to for so long is abandoned. */
const ABANDONED_MS = 10 * 60_000;
/** Python's own says nothing about whose it is, and is written to every few seconds. */
const ABANDONED_PYTHON_MS = 60_000;

/** Names of files on their way that this process has given: two models may load one file at once. */
let parts = 0;

/** Where Python's library keeps downloads: HF_HUB_CACHE, else in HF_HOME, else in XDG_CACHE_HOME, else ~/.cache/huggingface/hub. */
export function defaultHubFolder(): string {
  requireArity("defaultHubFolder", arguments, 0);
  const { folder, home, caches = join(homedir(), ".cache") } = cacheInEnvironment();
  return folder ?? join(home ?? join(caches, "huggingface"), "hub");
}

/**
 * A folder of downloads in the layout of Python's huggingface_hub: what either has downloaded the other reads. Files are checked before they count as there. Several processes
 * may download into it at once: each writes bytes of its own, and the first to be done gives them their name.
 *
 * @param folder default: the one that Python's library uses
 * @example
 * const model = await Mamba2LM.fromPretrained("owner/name", { cache: hubFolder("downloads") });
 */
export function hubFolder(folder: string = defaultHubFolder()): HubCache {
  requireArity("hubFolder", arguments, 1);
  requireText("hubFolder", "folder", folder);
  const root = resolve(folder);
  const placeOf = (repository: string): string =>
    join(root, `models--${repositoryName(repository).name.replace("/", "--")}`);
  const snapshotOf = (repository: string, commit: string): string => {
    if (!isCommit(commit)) throw new CheckpointError(`hub: a commit must be 40 hexadecimal digits; got "${commit}".`);
    return join(placeOf(repository), "snapshots", commit);
  };
  const refOf = (repository: string, revision: string): string => {
    requireRevision(revision);
    return join(placeOf(repository), "refs", revision);
  };
  return strict("hubFolder", {
    place: root,
    async commitOf(repository, revision) {
      const text = await readFile(refOf(repository, revision), "utf8").catch(absent);
      const commit = text?.trim();
      return commit !== undefined && isCommit(commit) ? commit : undefined;
    },
    async keepCommit(repository, revision, commit) {
      const path = refOf(repository, revision);
      if ((await readFile(path, "utf8").catch(absent)) === commit) return;
      await writing(root, async () => {
        await makeFolder(dirname(path));
        const own = `${path}.${process.pid}-${++parts}.tmp`; // a reader never sees half of it
        await writeFile(own, commit);
        await rename(own, path);
      });
    },
    reader: (repository, commit) => Promise.resolve(snapshotReader(snapshotOf(repository, commit))),
    begin: (repository, commit, file) =>
      writing(root, () => begin(placeOf(repository), join(snapshotOf(repository, commit), file.path), file)),
    async keepAbsent(repository, commit, path) {
      requireReadName("hub: the name of a file", path);
      const note = join(placeOf(repository), ".no_exist", snapshotOf(repository, commit).slice(-40), path);
      await writing(root, async () => {
        await makeFolder(dirname(note));
        await writeFile(note, "", { flag: "a" });
      });
    },
  });
}

/** The folder in the default cache that has a repository's files at a commit. */
export function snapshotFolder(repository: string, commit: string): string {
  return join(defaultHubFolder(), `models--${repositoryName(repository).name.replace("/", "--")}`, "snapshots", commit);
}

/** The files of a snapshot, which may not be there yet. */
function snapshotReader(folder: string): RangeReader {
  const read = async (name: string): Promise<Uint8Array | undefined> => (await opened())?.(name);
  const opened = async (): Promise<RangeReader | undefined> =>
    (await stat(folder).catch(absent)) ? folderReader(folder) : undefined;
  return strict(
    "reader",
    Object.assign(read, {
      size: async (name: string) => (await opened())?.size(name),
      range: async (name: string, start: number, end: number) => {
        const reader = await opened();
        if (reader) return reader.range(name, start, end);
        throw new CheckpointError(`hub: "${join(folder, name)}" must be in the cache; it is not.`, { file: name });
      },
    }),
  );
}

/** What an earlier process left of a file is taken over by renaming it, which only one can; else a new part is started. */
async function begin(place: string, link: string, file: HubFile): Promise<PartialFile | undefined> {
  requireReadName("hub: the name of a file", file.path);
  if ((await stat(link).catch(absent))?.isFile()) return undefined;
  const blobs = join(place, "blobs");
  const blob = join(blobs, file.etag);
  await makeFolder(blobs);
  if (await stat(blob).catch(absent)) {
    await linkTo(blob, link, file, false);
    return undefined;
  }
  const own = join(blobs, `${file.etag}.${process.pid}-${++parts}.incomplete`);
  for (const left of await abandoned(blobs, file)) if (await claimed(left, own)) break;
  return openPart(own, blob, link, file);
}

/** Parts of a file that no process works on, the longest first. */
async function abandoned(blobs: string, { etag, sizeBytes }: HubFile): Promise<string[]> {
  const found: { readonly path: string; readonly size: number }[] = [];
  for (const name of await readdir(blobs)) {
    const match = new RegExp(`^${etag}(?:\\.(\\d+)-\\d+)?\\.incomplete$`).exec(name);
    const info = match ? await stat(join(blobs, name)).catch(absent) : undefined;
    if (!match || !info) continue;
    const idleMs = Date.now() - info.mtimeMs;
    const owner = match[1];
    const free =
      owner === undefined ? idleMs > ABANDONED_PYTHON_MS : !isRunning(Number(owner)) || idleMs > ABANDONED_MS;
    if (free && info.size <= sizeBytes) found.push({ path: join(blobs, name), size: info.size });
  }
  return found.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

async function claimed(left: string, own: string): Promise<boolean> {
  try {
    await rename(left, own);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false; // another process was faster
    throw error;
  }
}

async function openPart(own: string, blob: string, link: string, file: HubFile): Promise<PartialFile> {
  const handle = await open(own, "a+");
  const { size: sizeBytes } = await handle.stat();
  return {
    sizeBytes,
    async read(start, end) {
      const bytes = new Uint8Array(end - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    },
    append: (bytes) => writing(own, () => handle.writeFile(bytes)),
    finish: () =>
      writing(own, async () => {
        await handle.sync();
        const { size } = await handle.stat();
        await handle.close();
        if (size !== file.sizeBytes) {
          await rm(own);
          throw new CheckpointError(
            `hub: "${own}" must have the ${file.sizeBytes} bytes that were written to it; it has ${size}. Another process wrote to it.`,
            { file: own, expected: file.sizeBytes, got: size },
          );
        }
        await rename(own, blob);
        await linkTo(blob, link, file, true);
      }),
    async release() {
      const { size } = await handle.stat();
      await handle.close();
      if (size === 0) return rm(own, { force: true });
      // Under Python's name either library goes on with it, here at once: an old modification time says that no process writes to it.
      await utimes(own, 0, 0);
      await rename(own, `${blob}.incomplete`);
    },
    async discard() {
      await handle.close();
      await rm(own, { force: true });
    },
  };
}

/** The name of a file in a snapshot: a link, which is there after its blob. */
async function linkTo(blob: string, link: string, { etag }: HubFile, mayMove: boolean): Promise<void> {
  await makeFolder(dirname(link));
  try {
    await symlink(relative(dirname(link), blob), link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      if (await stat(link).catch(absent)) return; // another process was faster
      await rm(link); // it leads nowhere
      return linkTo(blob, link, { etag } as HubFile, mayMove);
    }
    if (code !== "EPERM" && code !== "EACCES" && code !== "ENOSYS" && code !== "UNKNOWN") throw error;
    // No links on this system: the bytes themselves, as Python's library does it.
    if (mayMove) await rename(blob, link);
    else await copyFile(blob, link);
  }
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(`hub: must be able to write to the cache, "${path}"; ${reasonOf(cause)}.`, {
      file: path,
      cause,
    });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
