// Ranges of a file that is kept nowhere: what is read in order is added to its checksum as it comes, and what was left out is read at the end for it.
import { digestOf } from "./digest.ts";
import { wrongChecksum } from "./download.ts";
import { bytesOf, rangeOf, type RemoteFile } from "./ranges.ts";

/** What is left out between two ranges is read in between if it is no more; else at the end. */
const MOST_GAP_BYTES = 2 ** 25;

/** A file that is read by ranges and checked as a whole. */
export class CheckedStream {
  readonly #remote: RemoteFile;
  readonly #digest: ReturnType<typeof digestOf>;
  readonly #received: (sizeBytes: number) => void;
  /** bytes that the checksum is of */
  #at = 0;
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
      if (start > this.#at && start - this.#at <= MOST_GAP_BYTES) await this.#skipTo(start);
      const bytes = await rangeOf(this.#remote, start, end);
      if (start <= this.#at && end > this.#at) this.#add(bytes.subarray(this.#at - start));
      return bytes;
    });
  }

  /** Reads what nobody read. @throws CheckpointError for bytes of another checksum than the hub states */
  verify(): Promise<void> {
    return this.#next(async () => {
      await this.#skipTo(this.#remote.file.sizeBytes);
      const found = this.#digest.hex();
      if (found !== this.#remote.file.etag) throw wrongChecksum(this.#remote, found);
    });
  }

  async #skipTo(end: number): Promise<void> {
    for await (const bytes of bytesOf(this.#remote, this.#at, end)) this.#add(bytes);
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
