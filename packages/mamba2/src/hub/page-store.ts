// Files that a page keeps between visits, whole ones under paths: its own file system (OPFS), or the Cache API where that cannot be written.

/** A store of small files. Each is written whole, or not at all. */
export interface PageStore {
  /** where it is, for sentences */
  readonly place: string;
  /** undefined where there is none */
  get(path: string): Promise<Blob | undefined>;
  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** names of the files and folders in a folder, "" for the whole; none where there is no such folder */
  names(folder: string): Promise<readonly string[]>;
  /** a file, or a folder with everything in it; nothing where there is none */
  remove(path: string): Promise<void>;
  /** Locks a name across tabs and workers and returns what releases it; undefined where it is locked. */
  hold(name: string): Promise<(() => void) | undefined>;
  /** bytes that may still be written, where that is known */
  room(): Promise<number | undefined>;
}

/** What both stores of a browser have in common. */
const shared: Pick<PageStore, "hold" | "room"> = {
  hold: (name) =>
    new Promise((resolve, reject) => {
      const held = (lock: Lock | null): Promise<void> | undefined => {
        if (lock) return new Promise((release) => resolve(release));
        resolve(undefined);
        return undefined;
      };
      navigator.locks.request(`x-hub/${name}`, { ifAvailable: true }, held).catch(reject);
    }),
  async room() {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? undefined : quota - usage;
  },
};

/** A file as workers of older Safari alone can write it. */
interface SyncFile {
  truncate(size: number): void;
  write(bytes: Uint8Array): number;
  flush(): void;
  close(): void;
}

type Writable = FileSystemFileHandle & { createSyncAccessHandle?(): Promise<SyncFile> };

/** The page's own file system, in a folder of it. Raises where the browser gives none, or none that can be written here. */
export async function fileSystemStore(folder: string): Promise<PageStore> {
  const { prototype } = FileSystemFileHandle;
  if (!("createWritable" in prototype) && !("createSyncAccessHandle" in prototype))
    throw new TypeError("the page's file system can be written in workers only");
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
  /** the folder that a path leads to, and the name in it */
  const at = async (path: string, create: boolean): Promise<readonly [FileSystemDirectoryHandle, string]> => {
    const parts = path.split("/");
    const name = parts.pop()!;
    let home = root;
    for (const part of parts) home = await home.getDirectoryHandle(part, { create });
    return [home, name];
  };
  return {
    ...shared,
    place: "the page's own file system",
    async get(path) {
      const [home, name] = (await at(path, false).catch(absent)) ?? [];
      const handle = await home?.getFileHandle(name!).catch(absent);
      return handle?.getFile();
    },
    async put(path, bytes) {
      const [home, name] = await at(path, true);
      await write(await home.getFileHandle(name, { create: true }), bytes);
    },
    async names(path) {
      const [home, name] = (path === "" ? ([root, ""] as const) : await at(path, false).catch(absent)) ?? [];
      const inner = name === "" ? home : await home?.getDirectoryHandle(name!).catch(absent);
      const names: string[] = [];
      if (inner) for await (const one of inner.keys()) names.push(one);
      return names;
    },
    async remove(path) {
      const [home, name] = (await at(path, false).catch(absent)) ?? [];
      await home?.removeEntry(name!, { recursive: true }).catch(absent);
    },
  };
}

async function write(handle: Writable, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if ("createWritable" in handle) {
    const stream = await handle.createWritable(); // beside the file, until it is closed
    try {
      await stream.write(bytes);
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    return stream.close();
  }
  const file = await (handle as Required<Writable>).createSyncAccessHandle();
  try {
    file.truncate(0);
    file.write(bytes);
    file.flush();
  } finally {
    file.close();
  }
}

function absent(error: DOMException): undefined {
  if (error.name === "NotFoundError") return undefined;
  throw error;
}

/** Addresses under which files are stored; they are never requested. */
const ADDRESS = "https://kept.invalid/";

/** The Cache API, which browsers have that keep no files, and pages that may write none. */
export async function cacheStore(name: string): Promise<PageStore> {
  const cache = await caches.open(name);
  const paths = async (folder: string): Promise<string[]> =>
    (await cache.keys())
      .map(({ url }) => url.slice(ADDRESS.length))
      .filter((path) => folder === "" || path === folder || path.startsWith(`${folder}/`));
  return {
    ...shared,
    place: "the page's cache",
    get: async (path) => (await cache.match(ADDRESS + path))?.blob(),
    put: (path, bytes) => cache.put(ADDRESS + path, new Response(bytes)),
    async names(folder) {
      const begin = folder === "" ? 0 : folder.length + 1;
      return [...new Set((await paths(folder)).map((path) => path.slice(begin).split("/")[0]!))];
    },
    async remove(path) {
      for (const one of await paths(path)) await cache.delete(ADDRESS + one);
    },
  };
}
