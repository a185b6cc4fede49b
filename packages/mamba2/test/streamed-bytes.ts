// Files of a checkpoint that is made while it is written, read to their ends.
import type { StreamedFile } from "../src/checkpoint/streamed.ts";

/** The bytes of files, streamed ones read to their end. */
export async function bytesOf(files: ReadonlyMap<string, Uint8Array | StreamedFile>): Promise<Map<string, Buffer>> {
  const all = new Map<string, Buffer>();
  for (const [name, file] of files) {
    const chunks: Uint8Array[] = [];
    if (file instanceof Uint8Array) chunks.push(file);
    else for await (const chunk of file.chunks()) chunks.push(chunk.slice());
    all.set(name, Buffer.concat(chunks));
  }
  return all;
}
