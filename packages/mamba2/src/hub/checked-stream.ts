// A file that is kept nowhere, read by ranges: what is read in order comes from one stream, is added to the file's checksum as it comes, and what was left out is read at the end for it.
import type { Digest } from "../hashes/incremental-hash.ts";
import { digestOf } from "./digest.ts";
import { wrongChecksum } from "./download.ts";
import { bytesOf, rangeOf, type RemoteFile } from "./ranges.ts";

/** What is left out between two ranges is read in between if it is no more; else at the end. */
const MOST_GAP_BYTES = 2 ** 25;
/** Less is asked for by itself: a header, say, of a file that is never read. */
const STREAMED_BYTES = 2 ** 20;

/** A file that is read by ranges and checked as a whole. */
export class CheckedStream {
  readonly #remote: RemoteFile;
  readonly #digest: Digest;
  readonly #received: (sizeBytes: number) => void;
  /** bytes that the checksum covers so far */
  #at = 0;
  #stream: AsyncGenerator<Uint8Array, void, void> | undefined;
  /** received and not yet read */
  #rest: Uint8Array = new Uint8Array(0);
  /** what is under way: one range after another */
  #before: Promise<unknown> = Promise.resolve();

  /** @param received told how many bytes of the file were read, in order */
  constructor(remote: RemoteFile, received: (sizeBytes: number) => void) {
    this.#remote = remote;
    this.#digest = digestOf(remote.file);
    this.#received = received;
  }

  range(start: number, end: number): Promise<Uint8Array> {
    return this.#next(async () => {
      if (start < this.#at || start - this.#at > MOST_GAP_BYTES || (!this.#stream && end - start < STREAMED_BYTES)) {
        const bytes = await rangeOf(this.#remote, start, end);
        if (!this.#stream && start <= this.#at && end > this.#at) this.#add(bytes.subarray(this.#at - start));
        return bytes;
      }
      await this.#take(start - this.#at);
      const bytes = new Uint8Array(end - start);
      await this.#take(bytes.length, bytes);
      return bytes;
    });
  }

  /** Reads the rest. @throws CheckpointError for bytes of another checksum than the hub states */
  verify(): Promise<void> {
    return this.#next(async () => {
      await this.#take(this.#remote.file.sizeBytes - this.#at);
      await this.close();
      const found = this.#digest.hex();
      if (found !== this.#remote.file.etag) throw wrongChecksum(this.#remote, found);
    });
  }

  /** Ends the stream. */
  async close(): Promise<void> {
    await this.#stream?.return();
    this.#stream = undefined;
  }

  /** The next bytes of the stream, into `target` where it is given. */
  async #take(count: number, target?: Uint8Array): Promise<void> {
    if (count === 0) return;
    this.#stream ??= bytesOf(this.#remote, this.#at, this.#remote.file.sizeBytes);
    for (let taken = 0; taken < count;) {
      if (this.#rest.length === 0) this.#rest = (await this.#stream.next()).value!; // which raises unless it has all bytes
      const bytes = this.#rest.subarray(0, count - taken);
      this.#rest = this.#rest.subarray(bytes.length);
      target?.set(bytes, taken);
      taken += bytes.length;
      this.#add(bytes);
    }
  }

  #add(bytes: Uint8Array): void {
    this.#digest.update(bytes);
    this.#received((this.#at += bytes.length));
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#before.then(work);
    this.#before = result.catch(() => undefined); // raised to who asked for it
    return result;
  }
}
