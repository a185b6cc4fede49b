// The bytes of a file on a hub, in their order: by ranges, several at a time, each going on where a dropped connection stopped.
import { hubError } from "./names.ts";
import { type Answer, type Hub, Patience, reasonOf, request, Transient } from "./requests.ts";

/** A file of a repository at a commit. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 (64 digits) of what is in large storage, git's SHA-1 (40 digits) of everything else */
  readonly etag: string;
}

/** A file that is being read: what is known of its location. */
export interface RemoteFile {
  readonly hub: Hub;
  readonly commit: string;
  readonly file: HubFile;
  /** the storage that the hub redirected to; its address holds for a while */
  storage?: string | undefined;
}

/** Bytes of one request, where several are under way. */
const PART_BYTES = 2 ** 22;
const PARTS = 4;
/** A connection that gives nothing for so long is taken for dropped. */
const STALLED_MS = 60_000;

/** The bytes [start, end) of a file, in their order. A piece is good until the next is asked for: its memory is used again, since engines collect it late. */
export async function* bytesOf(remote: RemoteFile, start: number, end: number): AsyncGenerator<Uint8Array, void, void> {
  let at = start;
  // The first part shows whether the server knows ranges: one that does not sends everything, and is read to the end.
  for await (const bytes of connection(remote, start, Math.min(start + PART_BYTES, end), end)) {
    at += bytes.length;
    yield bytes;
  }
  const parts: Promise<Uint8Array>[] = [];
  const free: Uint8Array[] = [];
  let asked = at;
  try {
    while (at < end) {
      for (; asked < end && parts.length < PARTS; asked += PART_BYTES) {
        const partEnd = Math.min(asked + PART_BYTES, end);
        const memory = free.pop() ?? new Uint8Array(Math.min(PART_BYTES, end - at));
        const part = collected(connection(remote, asked, partEnd), memory.subarray(0, partEnd - asked));
        part.catch(() => undefined); // raised where it is awaited
        parts.push(part);
      }
      const bytes = await parts.shift()!;
      remote.hub.signal?.throwIfAborted(); // it may have arrived before
      at += bytes.length;
      yield bytes;
      free.push(new Uint8Array(bytes.buffer));
    }
  } finally {
    await Promise.allSettled(parts); // no request outlives its reader
  }
}

/** The bytes [start, end) of a file at once. */
export function rangeOf(remote: RemoteFile, start: number, end: number): Promise<Uint8Array> {
  return collected(bytesOf(remote, start, end), new Uint8Array(end - start));
}

/** Pieces in one: `whole`, which they fill. */
async function collected(pieces: AsyncIterable<Uint8Array>, whole: Uint8Array): Promise<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * The bytes [start, end) by one connection after another: each goes on where the one before stopped.
 *
 * @param wholeEnd where a server that knows no ranges, and sends everything, is read to
 */
async function* connection(
  remote: RemoteFile,
  start: number,
  end: number,
  wholeEnd: number = end,
): AsyncGenerator<Uint8Array, void, void> {
  const { hub, file } = remote;
  const patience = new Patience(hub, `${file.path} of "${hub.repository}"`);
  let [at, until] = [start, end];
  while (at < until) {
    const stall = new AbortController();
    try {
      const { response } = await opened(remote, at, until, stall.signal);
      let skip = 0;
      if (response.status !== 206) [skip, until] = [at, wholeEnd];
      for await (const bytes of bodyOf(response, stall)) {
        const from = Math.min(skip, bytes.length);
        skip -= from;
        const piece = bytes.subarray(from, from + until - at);
        if (piece.length === 0) continue;
        at += piece.length;
        patience.progress();
        yield piece;
        if (at === until) break;
      }
      if (at < until) throw new Transient(`the connection ended ${until - at} bytes early`);
    } catch (error) {
      await patience.failed(error);
    } finally {
      stall.abort();
    }
  }
}

async function opened(remote: RemoteFile, start: number, end: number, stalled: AbortSignal): Promise<Answer> {
  const { hub, commit, file } = remote;
  const own = `${hub.endpoint}/${hub.repository}/resolve/${commit}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
  const signal = hub.signal ? AbortSignal.any([hub.signal, stalled]) : stalled;
  const ask = (url: string): Promise<Answer> =>
    request(hub, url, { Range: `bytes=${start}-${end - 1}` }, file.path, signal);
  let answer: Answer;
  try {
    answer = await ask(remote.storage ?? own);
  } catch (error) {
    if (remote.storage === undefined || error instanceof Transient) throw error;
    remote.storage = undefined; // its address has run out
    answer = await ask(own);
  }
  const { response, url } = answer;
  if (new URL(url).origin !== new URL(hub.endpoint).origin) remote.storage = url;
  // Not every server lets a page see it.
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "");
  if (response.status === 206 && range && (Number(range[1]) !== start || Number(range[2]) !== file.sizeBytes)) {
    await response.body?.cancel();
    throw hubError(
      `${file.path} of "${hub.repository}" must have ${file.sizeBytes} bytes, from ${start} on; the server gave bytes ${range[1]} of ${range[2]}.`,
      { repository: hub.repository, file: file.path, expected: file.sizeBytes, got: Number(range[2]) },
    );
  }
  return answer;
}

/** The pieces of a body as they arrive; a connection that fails or stalls is a {@link Transient}. */
async function* bodyOf(response: Response, stall: AbortController): AsyncGenerator<Uint8Array, void, void> {
  const reader = response.body!.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      timer = setTimeout(() => stall.abort(), STALLED_MS);
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new Transient(`the connection broke off (${reasonOf(cause)})`, undefined, cause);
      });
      clearTimeout(timer);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => undefined); // it has ended, one way or another
  }
}
