// The cache of pages, on a store in memory: what is loaded once is not asked for again, what broke off goes on, damage and lack of room are said.
import { createHash } from "node:crypto";
import { startHub, type HubServer } from "@x/testing/hub-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openRepository } from "../src/hub.ts";
import { cacheOn } from "../src/hub/page-cache.ts";
import { PIECE_BYTES } from "../src/hub/page-parts.ts";
import type { PageStore } from "../src/hub/page-store.ts";
import { Mamba2LM, preset } from "../src/index.ts";

/** What a browser gives a page, shared by its tabs. */
class Origin {
  readonly files = new Map<string, Uint8Array>();
  readonly held = new Set<string>();
  quotaBytes = Infinity;
  /** what the browser says of its quota, which need not be so */
  saidBytes: number | undefined;

  get usedBytes(): number {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** One tab's way to it. */
  tab(): PageStore {
    return {
      place: "memory",
      get: (path) => Promise.resolve(this.files.get(path)).then((bytes) => bytes && new Blob([bytes.slice()])),
      put: async (path, bytes) => {
        const others = this.usedBytes - (this.files.get(path)?.length ?? 0);
        if (others + bytes.length > this.quotaBytes) throw new DOMException("full", "QuotaExceededError");
        this.files.set(path, bytes.slice());
      },
      names: (folder) => {
        const begin = folder === "" ? "" : `${folder}/`;
        const inside = [...this.files.keys()].filter((path) => path.startsWith(begin));
        return Promise.resolve([...new Set(inside.map((path) => path.slice(begin.length).split("/")[0]!))]);
      },
      remove: async (path) => {
        for (const one of this.files.keys()) if (one === path || one.startsWith(`${path}/`)) this.files.delete(one);
      },
      hold: (name) => {
        if (this.held.has(name)) return Promise.resolve(undefined);
        this.held.add(name);
        return Promise.resolve(() => void this.held.delete(name));
      },
      room: () => Promise.resolve(this.saidBytes),
    };
  }
}

const large = new Uint8Array(2 * PIECE_BYTES + 1_000_001);
for (let i = 0, x = 1; i < large.length; i++) large[i] = (x = Math.imul(x, 1103515245) + 12345) >>> 16;
const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2 }, { seed: 1 });
const ids = [1, 2, 3, 4];
let hub: HubServer;
let origin: Origin;

beforeAll(async () => {
  const files = (await model.save("hf", { maxShardBytes: 100_000 })).files;
  hub = await startHub({
    "owner/model": { revisions: { main: files, "refs/pr/1": new Map([...files, ["note.txt", Uint8Array.of(1)]]) } },
    "owner/large": {
      revisions: {
        main: new Map([
          ["large.bin", large],
          ["empty.txt", new Uint8Array()],
        ]),
      },
    },
  });
});
afterAll(() => hub.close());
beforeEach(() => {
  origin = new Origin();
  hub.seen.length = 0;
});

const cache = () => cacheOn(origin.tab());
const sent = (): number =>
  hub.seen.filter(({ host }) => host === "storage").reduce((bytes, { sentBytes }) => bytes + sentBytes, 0);
const open = (more: Parameters<typeof openRepository>[1] = {}) =>
  openRepository("owner/large", { endpoint: hub.endpoint, cache: cache(), ...more });

test("a model is loaded once; the second time nobody is asked for its bytes, offline nobody for anything", async () => {
  const load = (more: object = {}) =>
    Mamba2LM.fromPretrained("owner/model", { endpoint: hub.endpoint, cache: cache(), ...more });
  const logits = await model.forward(ids).data();
  expect(await (await load()).forward(ids).data()).toEqual(logits);
  expect(sent()).toBeGreaterThan(100_000);
  hub.seen.length = 0;
  expect(await (await load()).forward(ids).data()).toEqual(logits);
  expect(hub.seen.map(({ host, path }) => `${host} ${path.split("?")[0]}`)).toEqual([
    "hub /api/models/owner/model/revision/main",
    expect.stringMatching(/^hub \/api\/models\/owner\/model\/tree\//),
  ]);
  hub.seen.length = 0;
  expect(await (await load({ offline: true })).forward(ids).data()).toEqual(logits);
  expect(hub.seen).toEqual([]);
  // another revision of the same bytes: headers are looked at, and what is new comes
  await load({ revision: "refs/pr/1" });
  expect(sent()).toBeLessThan(10_000);
  expect(origin.held.size).toBe(0);
});

test("files of several pieces, of none, and ranges of them", async () => {
  const repository = await open();
  await repository.fetch(["large.bin", "empty.txt"]);
  hub.seen.length = 0;
  expect(sum((await repository("large.bin"))!)).toBe(sum(large));
  expect(await repository("empty.txt")).toEqual(new Uint8Array());
  for (const [start, end] of [
    [0, 1],
    [PIECE_BYTES - 3, PIECE_BYTES + 3],
    [5, large.length],
  ] as const)
    expect(sum(await repository.range("large.bin", start, end))).toBe(sum(large.subarray(start, end)));
  expect(hub.seen).toEqual([]);
});

test("what broke off goes on where it was, in another tab and after one that was shut", async () => {
  const stop = new AbortController();
  const first = await open({
    signal: stop.signal,
    onProgress: ({ loadedBytes }) => loadedBytes > PIECE_BYTES + 100_000 && stop.abort(new Error("enough")),
  });
  await expect(first.fetch(["large.bin"])).rejects.toThrow("enough");
  const had = origin.usedBytes;
  expect(had).toBeGreaterThan(PIECE_BYTES);
  hub.seen.length = 0;
  await (await open()).fetch(["large.bin"]);
  expect(sent()).toBeLessThanOrEqual(large.length - had);
  expect(sum((await (await open())("large.bin"))!)).toBe(sum(large));
});

test("what an earlier download left and is damaged is thrown away; so is what comes damaged", async () => {
  const stop = new AbortController();
  const broken = await open({
    signal: stop.signal,
    onProgress: ({ loadedBytes }) => loadedBytes > PIECE_BYTES && stop.abort(new Error("enough")),
  });
  await expect(broken.fetch(["large.bin"])).rejects.toThrow("enough");
  const [piece] = [...origin.files.keys()].filter((path) => path.endsWith("/00000"));
  origin.files.get(piece!)![7]! ^= 1;
  await (await open()).fetch(["large.bin"]);
  expect(sum((await (await open())("large.bin"))!)).toBe(sum(large));

  origin = new Origin();
  hub.faults.push({ on: /GET storage/, corrupt: true, times: 9 });
  await expect((await open()).fetch(["large.bin"])).rejects.toThrow(
    /large\.bin of "owner\/large" must have the SHA-256/,
  );
  hub.faults.length = 0;
  expect([...origin.files.keys()].filter((path) => /blobs|parts/.test(path))).toEqual([]);
  expect(origin.held.size).toBe(0);
});

test("two tabs at once: each has the file, one copy stays in use", async () => {
  const [one, other] = [await open(), await open()];
  await Promise.all([one.fetch(["large.bin"]), other.fetch(["large.bin"])]);
  expect(sum((await one("large.bin"))!)).toBe(sum(large));
  expect(sum((await other("large.bin"))!)).toBe(sum(large));
  expect(origin.usedBytes).toBeLessThan(1.1 * large.length);
});

test("lack of room is said: before anything comes where the browser knows, else when it happens", async () => {
  origin.saidBytes = 1_000_000;
  await expect((await open()).fetch(["large.bin"])).rejects.toThrow(
    'hub: memory must have room for large.bin of "owner/large", 17.8 MB; the browser lets it have 1.0 MB more. Forget other models there, or load with cache: false.',
  );
  expect(sent()).toBe(0);
  origin.saidBytes = undefined;
  origin.quotaBytes = PIECE_BYTES + 1000;
  await expect((await open()).fetch(["large.bin"])).rejects.toThrow(
    "hub: must be able to write to memory; the browser gives it no more room. cache: false keeps nothing.",
  );
  expect(origin.held.size).toBe(0);
});

test("pieces that are gone are loaded again; clear forgets all", async () => {
  await (await open()).fetch(["large.bin"]);
  const [piece] = [...origin.files.keys()].filter((path) => path.endsWith("/00001"));
  origin.files.delete(piece!);
  await (await open()).fetch(["large.bin"]);
  expect(sum((await (await open())("large.bin"))!)).toBe(sum(large));
  await cache().clear();
  expect(origin.files.size).toBe(0);
  await expect(open({ offline: true })).rejects.toThrow("nothing of that revision is");
});
