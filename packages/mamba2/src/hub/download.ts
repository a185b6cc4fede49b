// One file from the hub into a cache: resumed where an earlier download stopped, and checked before it counts as there.
import type { HubCache, PartialFile } from "./cache.ts";
import { digestOf } from "./digest.ts";
import { hubError } from "./names.ts";
import { bytesOf, type RemoteFile } from "./ranges.ts";

/** Bytes of an earlier download that are read at once to be checked. */
const READ_BYTES = 2 ** 22;

/**
 * Downloads a file unless the cache has it.
 *
 * @param received told how many bytes of the file are there, again and again
 * @throws CheckpointError for bytes of another checksum than the hub states
 */
export async function download(
  remote: RemoteFile,
  cache: HubCache,
  received: (sizeBytes: number) => void,
): Promise<void> {
  const { hub, commit, file } = remote;
  for (;;) {
    const partial = await cache.begin(hub.repository, commit, file);
    if (!partial) return received(file.sizeBytes);
    const found = await written(remote, partial, received);
    if (found === file.etag) return partial.finish();
    await partial.discard();
    // The partial file of an earlier download may be damaged: download everything again, once.
    if (partial.sizeBytes === 0) throw wrongChecksum(remote, found);
    received(0);
  }
}

/** Adds what is missing, and gives the checksum of everything. */
async function written(
  remote: RemoteFile,
  partial: PartialFile,
  received: (sizeBytes: number) => void,
): Promise<string> {
  const { file } = remote;
  const digest = digestOf(file);
  try {
    for (let at = 0; at < partial.sizeBytes; at += READ_BYTES)
      digest.update(await partial.read(at, Math.min(at + READ_BYTES, partial.sizeBytes)));
    let at = partial.sizeBytes;
    received(at);
    for await (const bytes of bytesOf(remote, at, file.sizeBytes)) {
      digest.update(bytes);
      await partial.append(bytes);
      received((at += bytes.length));
    }
    return digest.hex();
  } catch (error) {
    await partial.release();
    throw error;
  }
}

/** The error about a file that is not what the hub says it is. */
export function wrongChecksum({ hub, file }: RemoteFile, got: string): Error {
  return hubError(
    `${file.path} of "${hub.repository}" must have the ${file.etag.length === 64 ? "SHA-256" : "git SHA-1"} ${file.etag}, as the hub says; got ${got}. It was damaged on the way: nothing of it is kept.`,
    { repository: hub.repository, file: file.path, expected: file.etag, got },
  );
}
