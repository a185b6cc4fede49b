// A repository as a reader of files: what is in the cache is read there, the rest by ranges from the hub.
import { CheckpointError, requireArity, requireIterable, strict } from "@x/tensor/core";
import { requireReadName } from "../checkpoint/file-names.ts";
import { PLACES, WEIGHTS } from "../checkpoint/sources.ts";
import type { HubCache, RangeReader } from "./cache.ts";
import { checkpointFileNames } from "./checkpoint-files.ts";
import { CheckedStream } from "./checked-stream.ts";
import { download } from "./download.ts";
import { commitOf, type Listing, listingOf } from "./listing.ts";
import { hubError, isCommit } from "./names.ts";
import { type RepositoryOptions, type Settings, settingsOf } from "./options.ts";
import { Progress } from "./progress.ts";
import type { HubFile, RemoteFile } from "./ranges.ts";
import { Transient } from "./requests.ts";

/** The files of a repository at one commit. As a function it reads one by name, whole: undefined where there is none. */
export interface Repository extends RangeReader {
  readonly repository: string;
  readonly revision: string;
  /** what the revision meant when it was asked for; all files are of it */
  readonly commit: string;
  /** Downloads files into the cache and checks them. @throws CheckpointError for what is damaged or not there */
  fetch(names: Iterable<string>): Promise<void>;
  /** Names of the files that its checkpoint is made of: configuration, tokenizer, weights in the format that would be read. @throws CheckpointError that names what is missing */
  checkpointFiles(): Promise<readonly string[]>;
  /** Checks what was read by ranges and is in no cache. @throws CheckpointError for bytes that are not those of the hub */
  verify(): Promise<void>;
  /** Ends what is under way; what was read by ranges starts over the next time. */
  close(): Promise<void>;
}

/** Downloads that run at once, each of several ranges. */
const FILES_AT_ONCE = 2;
/** What is read whole is no weights. */
const MOST_WHOLE_BYTES = 2 ** 30;

/**
 * Opens a repository of a hub: asks for the commit of its revision and for its files, and reads none of them. Offline, or where the hub cannot be reached and the cache has
 * the revision, it is what the cache holds.
 *
 * @param name owner/name, or owner/name@revision
 * @throws ConfigError for options that cannot be; CheckpointError for a repository or revision that is not there, is private, or is not in the cache while offline
 * @example
 * const tokenizer = await readTokenizer(await openRepository("owner/name"));
 */
export async function openRepository(name: string, options: RepositoryOptions = {}): Promise<Repository> {
  requireArity("openRepository", arguments, 2);
  const settings = await settingsOf("openRepository", name, options);
  const { hub, cache } = settings;
  const { repository, revision } = hub;
  hub.signal?.throwIfAborted();
  const kept = isCommit(revision) ? revision : await cache?.commitOf(repository, revision);
  if (settings.offline) return strict("repository", await keptRepository(settings, cache!, kept));
  let listing: Listing;
  try {
    const commit = isCommit(revision) ? revision : await commitOf(hub);
    listing = await listingOf(hub, commit);
  } catch (error) {
    const unreachable = error instanceof CheckpointError && error.fields.cause instanceof Transient;
    if (
      !unreachable ||
      !cache ||
      kept === undefined ||
      !(await (await cache.reader(repository, kept)).size("config.json"))
    )
      throw error;
    settings.warn(`${error.message} What the cache has of "${repository}" at ${revision} is used (${cache.place}).`);
    return strict("repository", await keptRepository(settings, cache, kept));
  }
  return strict("repository", await listedRepository(settings, listing));
}

/** What the cache holds of a commit. */
async function keptRepository(settings: Settings, cache: HubCache, commit: string | undefined): Promise<Repository> {
  const { repository, revision } = settings.hub;
  const lacks = (what: string): Error =>
    hubError(
      `offline, "${repository}" at ${revision} must be in the cache (${cache.place}); ${what}. Download it first: mamba2 download ${repository}.`,
      { repository },
    );
  if (commit === undefined) throw lacks("nothing of that revision is");
  const reader = await cache.reader(repository, commit);
  const has = async (name: string): Promise<boolean> => (await reader.size(name)) !== undefined;
  return Object.assign((name: string) => reader(name), {
    size: reader.size,
    range: reader.range,
    repository,
    revision,
    commit,
    fetch: async (names: Iterable<string>) => {
      for (const name of names) if (!(await has(name))) throw lacks(`${name} is not`);
    },
    checkpointFiles: async () => {
      const { present, missing } = await checkpointFileNames(reader, has);
      if (missing.length > 0) throw lacks(`it lacks ${missing.join(", ")}`);
      return present;
    },
    verify: () => Promise.resolve(), // nothing comes into a cache unchecked
    close: () => Promise.resolve(),
  });
}

/** A repository whose files are listed; they come from the cache once they are there. */
async function listedRepository(settings: Settings, { commit, files }: Listing): Promise<Repository> {
  const { hub, cache } = settings;
  const { repository, revision } = hub;
  const reader = await cache?.reader(repository, commit);
  const progress = new Progress(settings.onProgress);
  const remotes = new Map<string, RemoteFile>();
  const streams = new Map<string, CheckedStream>();

  const fileOf = (name: string): HubFile | undefined => {
    requireReadName("hub: the name of a file to read", name);
    return files.get(name);
  };
  const remoteOf = (file: HubFile): RemoteFile => {
    const known = remotes.get(file.path) ?? { hub, commit, file };
    remotes.set(file.path, known);
    return known;
  };
  const streamOf = (file: HubFile): CheckedStream => {
    const known =
      streams.get(file.path) ?? new CheckedStream(remoteOf(file), (bytes) => progress.received(file, bytes));
    streams.set(file.path, known);
    return known;
  };
  const requireFile = (name: string): HubFile => {
    const file = fileOf(name);
    if (file) return file;
    throw hubError(`"${repository}" at ${revision} must have ${name}; it does not.`, { repository, file: name });
  };
  const keep = async (file: HubFile, signal = hub.signal): Promise<void> => {
    const remote = { ...remoteOf(file), hub: { ...hub, signal } };
    await download(remote, cache!, (bytes) => progress.received(file, bytes));
    streams.delete(file.path);
    if (!isCommit(revision)) await cache!.keepCommit(repository, revision, commit);
  };
  /** The first that fails ends the others. */
  const keepAll = async (left: HubFile[]): Promise<void> => {
    const stop = new AbortController();
    const signal = hub.signal ? AbortSignal.any([hub.signal, stop.signal]) : stop.signal;
    const worker = async (): Promise<void> => {
      for (let file = left.shift(); file && !signal.aborted; file = left.shift())
        await keep(file, signal).catch((error: unknown) => stop.abort(error));
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, worker));
    signal.throwIfAborted();
  };

  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const file = fileOf(name);
    if (!file) {
      await cache?.keepAbsent(repository, commit, name);
      return undefined;
    }
    if (file.sizeBytes > MOST_WHOLE_BYTES) {
      throw hubError(
        `${name} of "${repository}" must have at most ${MOST_WHOLE_BYTES} bytes to be read whole; it has ${file.sizeBytes}.`,
        {
          repository,
          file: name,
          expected: MOST_WHOLE_BYTES,
          got: file.sizeBytes,
        },
      );
    }
    if (reader) {
      await keep(file);
      return reader(name);
    }
    const bytes = await streamOf(file).range(0, file.sizeBytes);
    await streamOf(file).verify();
    streams.delete(name);
    return bytes;
  };

  return Object.assign(read, {
    size: (name: string) => Promise.resolve(fileOf(name)?.sizeBytes),
    range: async (name: string, start: number, end: number) => {
      if (reader && (await reader.size(name)) !== undefined) return reader.range(name, start, end);
      return streamOf(requireFile(name)).range(start, end);
    },
    repository,
    revision,
    commit,
    fetch: async (names: Iterable<string>) => {
      requireIterable("fetch", "names", names);
      const wanted = [...names].map(requireFile);
      progress.expect(wanted);
      if (cache) await keepAll(wanted);
    },
    checkpointFiles: async () => {
      const { present, missing } = await checkpointFileNames(read, (name) => Promise.resolve(files.has(name)));
      if (missing.length === 0) return present;
      const hint = missing.includes(WEIGHTS) ? ` (or one of ${PLACES.slice(1).join(", ")})` : "";
      throw hubError(
        `"${repository}" at ${revision} must have the files of a checkpoint; it lacks ${missing.join(", ")}${hint}.`,
        { repository, file: missing[0]! },
      );
    },
    verify: async () => {
      for (const stream of streams.values()) await stream.verify();
      streams.clear();
    },
    close: async () => {
      for (const stream of streams.values()) await stream.close();
      streams.clear();
    },
  });
}
