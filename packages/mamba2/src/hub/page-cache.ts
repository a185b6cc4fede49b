// Downloads that a page keeps, on any store of small files.
//
// models--OWNER--NAME/parts/CHECKSUM.ID/00000   the bytes, 8 MiB a piece
//                    /blobs/CHECKSUM            text: the part with all of them, after they were checked
//                    /snapshots/COMMIT/FILE     text: the checksum
//                    /refs/REVISION             text: the commit
import { CheckpointError, requireArity } from "@x/tensor/core";
import { requireReadName } from "../checkpoint/file-names.ts";
import type { HubCache, RangeReader } from "./cache.ts";
import { isCommit, repositoryName, requireRevision } from "./names.ts";
import { bytesOf, type Kept, openPart, PIECE_BYTES, sizeOfPart, takenPart, writing } from "./page-parts.ts";
import { cacheStore, fileSystemStore, type PageStore } from "./page-store.ts";
import type { HubFile } from "./ranges.ts";

/** A cache of a page, which can be emptied. */
export interface PageCache extends HubCache {
  /** Forgets everything that it keeps. */
  clear(): Promise<void>;
}

/** The folder, or the cache, of downloads. */
const NAME = "x-hub";

/**
 * Where a page keeps downloads unless told otherwise: its own file system (OPFS), else the Cache API; undefined where the browser gives neither, as on pages without https, in private
 * windows of some, and outside of browsers. `clear()` forgets all of them.
 *
 * @example
 * const cache = await pageCache();
 * console.log(cache?.place ?? "kept nowhere");
 * await cache?.clear();
 */
export async function pageCache(): Promise<PageCache | undefined> {
  requireArity("pageCache", arguments, 0);
  if (!(globalThis as { navigator?: Partial<Navigator> }).navigator?.locks) return undefined; // no browser, or no https
  for (const open of [fileSystemStore, cacheStore]) {
    try {
      return cacheOn(await open(NAME));
    } catch {
      // the next; that neither can be opened is the answer
    }
  }
  return undefined;
}

/** A cache of downloads on a store. @param newId names of parts, no two alike */
export function cacheOn(store: PageStore, newId: () => string = () => crypto.randomUUID()): PageCache {
  const placeOf = (repository: string): string => `models--${repositoryName(repository).name.replace("/", "--")}`;
  const text = async (path: string): Promise<string | undefined> => (await store.get(path))?.text();
  const putText = (path: string, value: string): Promise<void> =>
    writing(store, () => store.put(path, new TextEncoder().encode(value)));
  const refOf = (repository: string, revision: string): string => {
    requireRevision(revision);
    return `${placeOf(repository)}/refs/${encodeURIComponent(revision)}`;
  };
  const noteOf = (repository: string, commit: string, name: string): string => {
    if (!isCommit(commit)) throw new CheckpointError(`hub: a commit must be 40 hexadecimal digits; got "${commit}".`);
    requireReadName("hub: the name of a file", name);
    return `${placeOf(repository)}/snapshots/${commit}/${encodeURIComponent(name)}`;
  };
  /** What is there of a checksum; nothing where pieces of it are gone. */
  const keptBlob = async (place: string, etag: string): Promise<Kept | undefined> => {
    const said = await text(`${place}/blobs/${etag}`);
    if (said === undefined) return undefined;
    const kept = JSON.parse(said) as Kept;
    const names = await store.names(kept.part);
    return names.length === Math.ceil(kept.sizeBytes / PIECE_BYTES) ? kept : undefined;
  };
  return {
    place: store.place,
    async commitOf(repository, revision) {
      const commit = await text(refOf(repository, revision));
      return commit !== undefined && isCommit(commit) ? commit : undefined;
    },
    keepCommit: (repository, revision, commit) => putText(refOf(repository, revision), commit),
    reader(repository, commit) {
      const found = new Map<string, Kept>();
      return Promise.resolve(
        pieceReader(store, async (name) => {
          const known = found.get(name);
          if (known) return known;
          const etag = await text(noteOf(repository, commit, name));
          const kept = etag === undefined ? undefined : await keptBlob(placeOf(repository), etag);
          if (kept) found.set(name, kept);
          return kept;
        }),
      );
    },
    async begin(repository, commit, file) {
      const place = placeOf(repository);
      const keep = async (kept?: Kept): Promise<void> => {
        if (kept && (await keptBlob(place, file.etag))) await store.remove(kept.part); // another tab was faster
        else if (kept) await putText(`${place}/blobs/${file.etag}`, JSON.stringify(kept));
        await putText(noteOf(repository, commit, file.path), file.etag);
      };
      if (await keptBlob(place, file.etag)) {
        await keep();
        return undefined;
      }
      const { part, release } = await takenPart(store, `${place}/parts`, file, newId);
      try {
        const sizeBytes = await sizeOfPart(store, part, file.sizeBytes);
        await requireRoom(store, repository, file, file.sizeBytes - sizeBytes);
        return await openPart(store, part, sizeBytes, file, { release, keep });
      } catch (error) {
        release();
        throw error;
      }
    },
    keepAbsent: () => Promise.resolve(), // a page never reads it
    async clear() {
      for (const name of await store.names("")) await store.remove(name);
    },
  };
}

/** A reader of files that are made of pieces. */
function pieceReader(store: PageStore, find: (name: string) => Promise<Kept | undefined>): RangeReader {
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const kept = await find(name);
    return kept && bytesOf(store, kept.part, 0, kept.sizeBytes);
  };
  return Object.assign(read, {
    size: async (name: string) => (await find(name))?.sizeBytes,
    range: async (name: string, start: number, end: number) => {
      const kept = await find(name);
      if (kept) return bytesOf(store, kept.part, start, end);
      throw new CheckpointError(`hub: ${name} must be in ${store.place}; it is not.`, { file: name });
    },
  });
}

/** Raises before anything comes where the browser says that it would not fit. */
async function requireRoom(store: PageStore, repository: string, { path }: HubFile, sizeBytes: number): Promise<void> {
  const room = await store.room();
  if (room === undefined || room >= sizeBytes) return;
  const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  throw new CheckpointError(
    `hub: ${store.place} must have room for ${path} of "${repository}", ${mega(sizeBytes)}; the browser lets it have ${mega(Math.max(0, room))} more. ` +
      "Forget other models there, or load with cache: false.",
    { file: path, expected: sizeBytes, got: room },
  );
}
