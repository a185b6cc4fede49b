// How much of all files is there: one count over downloads that run at once.
import type { HubFile } from "./ranges.ts";
import type { DownloadProgress } from "./options.ts";

/** Counts bytes by file. */
export class Progress {
  readonly #tell: ((progress: DownloadProgress) => void) | undefined;
  readonly #loaded = new Map<string, number>();
  #total = 0;

  constructor(tell: ((progress: DownloadProgress) => void) | undefined) {
    this.#tell = tell;
  }

  /** Files that count from now on. */
  expect(files: readonly HubFile[]): void {
    for (const { path, sizeBytes } of files) {
      if (this.#loaded.has(path)) continue;
      this.#loaded.set(path, 0);
      this.#total += sizeBytes;
    }
  }

  /** So many bytes of a file are there. */
  received({ path }: HubFile, sizeBytes: number): void {
    if (!this.#loaded.has(path)) return;
    this.#loaded.set(path, sizeBytes);
    const loadedBytes = [...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#tell?.({ loadedBytes, totalBytes: this.#total, file: path });
  }
}
