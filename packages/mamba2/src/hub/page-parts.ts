// Parts: the bytes of a download in a page's store, as a run of pieces that are each written whole. A download that breaks off goes on where it was, and no tab disturbs another's.
import { CheckpointError } from "@x/tensor/core";
import type { PartialFile } from "./cache.ts";
import type { PageStore } from "./page-store.ts";
import type { HubFile } from "./ranges.ts";

/** Bytes of a piece; only the last piece of a part is shorter. */
export const PIECE_BYTES: number = 2 ** 23;

/** What a part of the store holds: a file, all of it. */
export interface Kept {
  readonly part: string;
  readonly sizeBytes: number;
}

const pieceName = (index: number): string => String(index).padStart(5, "0");

/** A part for a file: one that an earlier download left and no other tab writes to, else a new one. */
export async function takenPart(
  store: PageStore,
  parts: string,
  { etag }: HubFile,
  newId: () => string,
): Promise<{ readonly part: string; release(): void }> {
  const left = (await store.names(parts)).filter((name) => name.startsWith(`${etag}.`)).sort();
  for (const name of [...left, `${etag}.${newId()}`]) {
    const part = `${parts}/${name}`;
    const release = await store.hold(part);
    if (release) return { part, release };
  }
  throw new CheckpointError(`hub: a new part of ${etag} must be nobody's; somebody holds it.`);
}

/** Bytes of a part; one whose pieces do not fit together is removed. */
export async function sizeOfPart(store: PageStore, part: string, most: number): Promise<number> {
  const names = [...(await store.names(part))].sort();
  let sizeBytes = 0;
  for (const [index, name] of names.entries()) {
    const size = (await store.get(`${part}/${name}`))?.size ?? 0;
    const fits = name === pieceName(index) && sizeBytes === index * PIECE_BYTES && size <= PIECE_BYTES;
    if (fits && sizeBytes + size <= most) {
      sizeBytes += size;
      continue;
    }
    await store.remove(part);
    return 0;
  }
  return sizeBytes;
}

export async function openPart(
  store: PageStore,
  part: string,
  sizeBytes: number,
  file: HubFile,
  { release, keep }: { release(): void; keep(kept: Kept): Promise<void> },
): Promise<PartialFile> {
  const piece = new Uint8Array(Math.min(PIECE_BYTES, file.sizeBytes));
  let [index, filled] = [Math.floor(sizeBytes / PIECE_BYTES), sizeBytes % PIECE_BYTES];
  if (filled > 0) piece.set(await bytesOf(store, part, index * PIECE_BYTES, sizeBytes));
  const flush = async (): Promise<void> => {
    if (filled === 0) return;
    await writing(store, () => store.put(`${part}/${pieceName(index)}`, piece.subarray(0, filled)));
    if (filled === PIECE_BYTES) [index, filled] = [index + 1, 0];
  };
  return {
    sizeBytes,
    read: (start, end) => bytesOf(store, part, start, end),
    async append(bytes) {
      const already = index * PIECE_BYTES + filled;
      if (already + bytes.length > file.sizeBytes)
        throw new CheckpointError(
          `hub: ${file.path} must have ${file.sizeBytes} bytes; got ${already + bytes.length}.`,
          { file: file.path, expected: file.sizeBytes, got: already + bytes.length },
        );
      for (let taken = 0; taken < bytes.length;) {
        const some = bytes.subarray(taken, taken + piece.length - filled);
        piece.set(some, filled);
        filled += some.length;
        taken += some.length;
        if (filled === piece.length) await flush();
      }
    },
    async finish() {
      await flush();
      await keep({ part, sizeBytes: file.sizeBytes });
      release();
    },
    async release() {
      try {
        await flush();
      } finally {
        release();
      }
    },
    async discard() {
      await store.remove(part);
      release();
    },
  };
}

/** Bytes [start, end) of a part. */
export async function bytesOf(store: PageStore, part: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end;) {
    const index = Math.floor(at / PIECE_BYTES);
    const begin = index * PIECE_BYTES;
    const until = Math.min(end, begin + PIECE_BYTES);
    const piece = await (
      await store.get(`${part}/${pieceName(index)}`)
    )
      ?.slice(at - begin, until - begin)
      .arrayBuffer();
    if (piece?.byteLength !== until - at)
      throw new CheckpointError(
        `hub: what the page keeps must be whole; ${part} lacks bytes ${at} to ${until}. Load it again, or with cache: false.`,
        { file: part, expected: until - at, got: piece?.byteLength ?? 0 },
      );
    bytes.set(new Uint8Array(piece), at - start);
    at = until;
  }
  return bytes;
}

/** Writes, or raises a sentence about the store. */
export async function writing<T>(store: PageStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const full = (cause as DOMException).name === "QuotaExceededError";
    const reason = full ? "the browser gives it no more room" : cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError(`hub: must be able to write to ${store.place}; ${reason}. cache: false keeps nothing.`, {
      cause,
    });
  }
}
