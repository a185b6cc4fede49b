// One checkpoint in the origin's private file system. For workers: pages have no synchronous access, and some browsers no other.
import type { CheckpointFile } from "./protocol.ts";

const folder = "checkpoint";

interface SyncFile {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** Writes the files in the place of all those of before. */
export async function writeKept(files: readonly CheckpointFile[]): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const home = await root.getDirectoryHandle(folder, { create: true });
  const names = new Set(files.map(([name]) => name));
  const before: string[] = [];
  for await (const name of (home as unknown as { keys(): AsyncIterable<string> }).keys()) before.push(name);
  for (const name of before) if (!names.has(name)) await home.removeEntry(name); // it would be read beside what is written
  for (const [name, bytes] of files) {
    const handle = await home.getFileHandle(name, { create: true });
    const file = await (handle as unknown as { createSyncAccessHandle(): Promise<SyncFile> }).createSyncAccessHandle();
    try {
      file.truncate(0);
      file.write(bytes, { at: 0 });
      file.flush();
    } finally {
      file.close();
    }
  }
}

/** Reads one file; undefined when it is not there. */
export async function readKept(name: string): Promise<Uint8Array | undefined> {
  try {
    const home = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
    const file = await (await home.getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if ((error as DOMException).name === "NotFoundError") return undefined;
    throw error;
  }
}
