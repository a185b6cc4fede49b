// Files of the page as a checkpoint: read by ranges, so that none has to fit in memory.
import type { FileReader } from "@x/mamba2";

/** A reader of files by name. */
export function readerOf(files: readonly File[]): FileReader {
  const byName = new Map(files.map((file) => [file.name, file]));
  const bytes = async (blob: Blob | undefined): Promise<Uint8Array | undefined> =>
    blob && new Uint8Array(await blob.arrayBuffer());
  return Object.assign((name: string) => bytes(byName.get(name)), {
    size: (name: string) => Promise.resolve(byName.get(name)?.size),
    range: async (name: string, start: number, end: number) => (await bytes(byName.get(name)!.slice(start, end)))!,
  });
}
