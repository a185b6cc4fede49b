// Models by name: what is asked of a hub, who gets the token, what happens to connections that break off, damaged bytes, and files that are not there.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHub, type Fault, type HubServer, type SeenRequest } from "@x/testing/hub-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openRepository } from "../src/hub.ts";
import { Mamba2LM, preset, readTokenizer } from "../src/index.ts";
import { hubFolder } from "../src/node.ts";

const place = mkdtempSync(join(tmpdir(), "hub-"));
let folders = 0;
const freshFolder = (): string => join(place, String(++folders));
const cacheIn = (folder = freshFolder()) => hubFolder(folder);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2, tieEmbeddings: false }, { seed: 1 });
const other = new Mamba2LM({ ...preset("tiny"), nLayer: 1 }, { seed: 2 });
const ids = [1, 2, 3, 4];
const logits = await model.forward(ids).data();
/** Larger than the parts that are asked for at once, and no two places alike. */
const large = new Uint8Array(21_000_001);
for (let i = 0, x = 1; i < large.length; i++) large[i] = (x = Math.imul(x, 1103515245) + 12345) >>> 16;
const largeHash = createHash("sha256").update(large).digest("hex");
const tokenizer = encode(
  JSON.stringify({
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: "BPE", unk_token: null, vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"] },
  }),
);

let hub: HubServer;
beforeAll(async () => {
  const files = new Map([...(await model.save()).files, ["tokenizer.json", tokenizer]]);
  const shards = (await model.save("hf", { maxShardBytes: 100_000 })).files;
  const generation = new Map([...files, ["generation_config.json", encode('{"eos_token_id": 7}')]]);
  const lacking = new Map([...shards].filter(([name]) => !name.startsWith("model-00002")));
  const index = new Map([...shards, ["model.safetensors.index.json", encode("{")]]);
  hub = await startHub(
    {
      "owner/model": { revisions: { main: files, v1: (await other.save()).files } },
      "owner/shards": { revisions: { main: shards } },
      "owner/private": { revisions: { main: files }, private: true },
      "owner/gated": { revisions: { main: files }, gated: true },
      "owner/tokens": { revisions: { main: generation } },
      "owner/lacking": { revisions: { main: lacking } },
      "owner/index": { revisions: { main: index } },
      "owner/none": { revisions: { main: new Map([["README.md", encode("nothing")]]) } },
      "owner/large": { revisions: { main: new Map([["large.bin", large]]) } },
    },
    { pageSize: 3 },
  );
}, 30_000);
afterEach(() => {
  const left = hub.faults.splice(0).filter(({ times }) => (times ?? 1) > 0);
  hub.seen.length = 0;
  expect(left).toEqual([]); // what was to go wrong went wrong
});
afterAll(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

const at = (): { readonly endpoint: string } => ({ endpoint: hub.endpoint });
const fault = (on: RegExp, more: Omit<Fault, "on">): void => void hub.faults.push({ on, ...more });
const fromStorage = (): SeenRequest[] => hub.seen.filter(({ host }) => host === "storage");
const sent = (requests: readonly SeenRequest[]): number => requests.reduce((sum, { sentBytes }) => sum + sentBytes, 0);

describe.each([
  ["into a cache", () => cacheIn()],
  ["kept nowhere", () => false as const],
])("%s", (_, cache) => {
  test("one file and shards: the same bits", async () => {
    for (const name of ["owner/model", "owner/shards"]) {
      const read = await Mamba2LM.fromPretrained(name, { ...at(), cache: cache() });
      expect(await read.forward(ids).data()).toEqual(logits);
      read.dispose();
    }
  });

  test("a revision by name, by commit and in the name", async () => {
    const commit = hub.commit("owner/model", "v1");
    const ways: readonly (readonly [string, string?])[] = [
      ["owner/model", "v1"],
      ["owner/model", commit],
      ["owner/model@v1"],
    ];
    for (const [name, revision] of ways) {
      const read = await Mamba2LM.fromPretrained(name, { ...at(), cache: cache(), ...(revision && { revision }) });
      expect(read.config.nLayer).toBe(1);
    }
    const missing = Mamba2LM.fromPretrained("owner/model@v2", { ...at(), cache: cache() });
    await expect(missing).rejects.toThrow(
      'hub: revision must be a branch, a tag or a commit of "owner/model"; got "v2".',
    );
    const twice = Mamba2LM.fromPretrained("owner/model@v1", { ...at(), cache: cache(), revision: "main" });
    await expect(twice).rejects.toThrow('revision must be given once; got "v1" in the name, and "main"');
  });

  test("what the files do not say is passed on", async () => {
    const read = await Mamba2LM.fromPretrained("owner/model", { ...at(), cache: cache(), dtLimit: [0.001, 1] });
    expect(read.config.dtLimit).toEqual([0.001, 1]);
  });

  test("the token opens what is private, and never reaches storage", async () => {
    const options = { ...at(), cache: cache() };
    await expect(Mamba2LM.fromPretrained("owner/private", options)).rejects.toThrow(
      `hub: "owner/private" must be a repository that can be read; ${hub.endpoint} has none of that name that is public. A token opens private ones (token, HF_TOKEN, --token).`,
    );
    await expect(Mamba2LM.fromPretrained("owner/private", { ...options, token: "hf_other" })).rejects.toThrow(
      "that the token opens, or refuses the token",
    );
    hub.seen.length = 0;
    const read = await Mamba2LM.fromPretrained("owner/private", { ...options, token: "hf_test" });
    expect(await read.forward(ids).data()).toEqual(logits);
    expect(fromStorage().length).toBeGreaterThan(0);
    expect(new Set(fromStorage().map(({ authorization }) => authorization))).toEqual(new Set([undefined]));
    const ofHub = hub.seen.filter(({ host }) => host === "hub");
    expect(new Set(ofHub.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer hf_test"]));
  });

  test("wrong bytes are refused, with both checksums, and nothing of them stays", async () => {
    const kept = cache();
    fault(/GET storage/, { corrupt: true, times: 30 });
    const failure = Mamba2LM.fromPretrained("owner/model", { ...at(), cache: kept });
    await expect(failure).rejects.toThrow(
      /model\.safetensors of "owner\/model" must have the SHA-256 [0-9a-f]{64}, as the hub says; got [0-9a-f]{64}/,
    );
    hub.faults.length = 0;
    fault(/GET hub.*config\.json/, { corrupt: true, times: 2 });
    await expect(Mamba2LM.fromPretrained("owner/model", { ...at(), cache: cache() })).rejects.toThrow(
      /config\.json of "owner\/model" must have the git SHA-1/,
    );
    hub.faults.length = 0;
    const read = await Mamba2LM.fromPretrained("owner/model", { ...at(), cache: kept });
    expect(await read.forward(ids).data()).toEqual(logits);
  });

  test("an index or a checkpoint that is none is refused before weights are asked for", async () => {
    const load = (name: string) => Mamba2LM.fromPretrained(name, { ...at(), cache: cache() });
    await expect(load("owner/lacking")).rejects.toThrow(
      /^hub: "owner\/lacking" at main must have the files of a checkpoint; it lacks model-00002-of-\d+\.safetensors\.$/,
    );
    await expect(load("owner/index")).rejects.toThrow("shard index: must be JSON");
    await expect(load("owner/none")).rejects.toThrow(
      "it lacks config.json, model.safetensors (or one of model.safetensors.index.json,",
    );
    await expect(load("owner/gated")).rejects.toThrow(
      `its owner asks for consent first, at ${hub.endpoint}/owner/gated`,
    );
    await expect(load("owner/nobody")).rejects.toThrow('"owner/nobody" must be a repository that can be read');
    expect(fromStorage().filter(({ sentBytes }) => sentBytes > 20_000)).toEqual([]);
  });

  test("generation_config.json and the tokenizer beside the weights count", async () => {
    const read = await Mamba2LM.fromPretrained("owner/tokens", { ...at(), cache: cache() });
    expect(read.config.eosTokenId).toBe(7);
    const repository = await openRepository("owner/tokens", { ...at(), cache: cache() });
    expect([...(await readTokenizer(repository))!.encode("aba")]).toEqual([2, 0]);
    expect(await (await openRepository("owner/none", { ...at(), cache: cache() }))("tokenizer.json")).toBeUndefined();
  });

  test("a server that fails twice is asked again; one that goes on failing is named", async () => {
    fault(/revision/, { status: 503, times: 2 });
    fault(/GET storage/, { status: 500, times: 2 });
    const read = await Mamba2LM.fromPretrained("owner/model", { ...at(), cache: cache() });
    expect(await read.forward(ids).data()).toEqual(logits);
    fault(/revision/, { status: 502, times: 5, headers: { "Retry-After": "0" } });
    await expect(Mamba2LM.fromPretrained("owner/model", { ...at(), cache: cache() })).rejects.toThrow(
      `must arrive from ${hub.endpoint}; it failed 5 times in a row: status 502`,
    );
  });
});

describe("ranges", () => {
  const open = (cache: Parameters<typeof openRepository>[1] = {}) =>
    openRepository("owner/large", { ...at(), cache: cacheIn(), ...cache });

  test("a large file comes in parts, several at once, each byte once", async () => {
    const folder = freshFolder();
    const progress: number[] = [];
    const repository = await open({
      cache: cacheIn(folder),
      onProgress: ({ loadedBytes, totalBytes }) => {
        expect(totalBytes).toBe(large.length);
        progress.push(loadedBytes);
      },
    });
    await repository.fetch(["large.bin"]);
    expect(sent(fromStorage())).toBe(large.length);
    expect(fromStorage().length).toBe(Math.ceil(large.length / 2 ** 22));
    expect(progress.at(-1)).toBe(large.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const root = join(folder, "models--owner--large");
    const commit = hub.commit("owner/large");
    expect(readlinkSync(join(root, "snapshots", commit, "large.bin"))).toBe(`../../blobs/${largeHash}`);
    expect(readdirSync(join(root, "blobs"))).toEqual([largeHash]);
    expect(readFileSync(join(root, "refs/main"), "utf8")).toBe(commit);
    expect(await repository.range("large.bin", 4_194_300, 4_194_310)).toEqual(large.slice(4_194_300, 4_194_310));
  });

  test("a dropped connection goes on where it stopped: no bytes twice but those that were on their way", async () => {
    const folder = freshFolder();
    fault(/GET storage/, { dropAfter: 1_000_000, times: 3 });
    await (await open({ cache: cacheIn(folder) })).fetch(["large.bin"]);
    expect(sent(fromStorage()) - large.length).toBeLessThan(3 * 2 ** 18); // of 3 million that had come before
    expect(fromStorage().length).toBe(Math.ceil(large.length / 2 ** 22) + 3);
    const blob = join(folder, "models--owner--large/blobs", largeHash);
    expect(createHash("sha256").update(readFileSync(blob)).digest("hex")).toBe(largeHash);
  });

  test("a download that was given up goes on the next time, and is checked as a whole", async () => {
    const folder = freshFolder();
    const stop = new AbortController();
    const first = await open({
      cache: cacheIn(folder),
      signal: stop.signal,
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes > 5_000_000) stop.abort(new Error("enough"));
      },
    });
    await expect(first.fetch(["large.bin"])).rejects.toThrow("enough");
    const blobs = join(folder, "models--owner--large/blobs");
    expect(readdirSync(blobs)).toEqual([`${largeHash}.incomplete`]);
    const before = readFileSync(join(blobs, `${largeHash}.incomplete`));
    expect(before.length).toBeGreaterThan(5_000_000);
    hub.seen.length = 0;
    await (await open({ cache: cacheIn(folder) })).fetch(["large.bin"]);
    expect(sent(fromStorage())).toBe(large.length - before.length);
    expect(readFileSync(join(blobs, largeHash)).equals(large)).toBe(true);
  });

  test("what an earlier download left and is damaged is thrown away", async () => {
    const folder = freshFolder();
    fault(/GET storage/, { corrupt: true });
    const stop = new AbortController();
    const first = await open({ cache: cacheIn(folder), signal: stop.signal, onProgress: () => stop.abort() });
    await expect(first.fetch(["large.bin"])).rejects.toThrow(/abort/);
    await (await open({ cache: cacheIn(folder) })).fetch(["large.bin"]);
    expect(readFileSync(join(folder, "models--owner--large/blobs", largeHash)).equals(large)).toBe(true);
  });

  test("a server without ranges is read to the end at once", async () => {
    const folder = freshFolder();
    fault(/GET storage/, { noRanges: true, times: 1 });
    await (await open({ cache: cacheIn(folder) })).fetch(["large.bin"]);
    expect(fromStorage().length).toBe(1);
    expect(readFileSync(join(folder, "models--owner--large/blobs", largeHash)).equals(large)).toBe(true);
    const nowhere = await open({ cache: false });
    fault(/GET storage/, { noRanges: true, times: 1 });
    expect(await nowhere.range("large.bin", 5_000_000, 5_000_003)).toEqual(large.slice(5_000_000, 5_000_003));
  });

  test("kept nowhere and read in order, with gaps: a stream, each byte once, checked at the end", async () => {
    const repository = await open({ cache: false });
    for (let at = 0; at + 3_000_000 < large.length; at += 3_500_000)
      expect(
        Buffer.compare(await repository.range("large.bin", at, at + 3_000_000), large.subarray(at, at + 3_000_000)),
      ).toBe(0);
    expect(await repository.range("large.bin", 1000, 1010)).toEqual(large.slice(1000, 1010)); // back: by itself
    await repository.verify();
    expect(sent(fromStorage())).toBe(large.length + 10);
    const damaged = await open({ cache: false });
    fault(/GET storage/, { corrupt: true, times: 6 });
    await damaged.range("large.bin", 0, 2_000_000);
    await expect(damaged.verify()).rejects.toThrow("must have the SHA-256");
    hub.faults.length = 0;
  });

  test("an address of storage that has run out is asked for anew", async () => {
    const repository = await open({ cache: false });
    await repository.range("large.bin", 0, 10);
    fault(/GET storage/, { status: 403 });
    expect(await repository.range("large.bin", 10, 20)).toEqual(large.slice(10, 20));
    await repository.verify();
  });

  test("cancelled before and while bytes come: the signal's reason", async () => {
    const reason = new Error("changed my mind");
    await expect(open({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const stop = new AbortController();
    const nowhere = await open({ cache: false, signal: stop.signal });
    const reading = nowhere.range("large.bin", 0, large.length);
    setTimeout(() => stop.abort(reason), 20);
    await expect(reading).rejects.toBe(reason);
  });
});

describe("offline", () => {
  test("what is in the cache is read without a request; what is not is named", async () => {
    const cache = cacheIn();
    const offline = { ...at(), cache, offline: true };
    await expect(Mamba2LM.fromPretrained("owner/model", offline)).rejects.toThrow(
      'offline, "owner/model" at main must be in the cache',
    );
    const repository = await openRepository("owner/shards", { ...at(), cache });
    await repository.fetch(["config.json", "model.safetensors.index.json"]);
    await expect(Mamba2LM.fromPretrained("owner/shards", offline)).rejects.toThrow(
      /it lacks model-00001-of-\d+\.safetensors, model-00002.* Download it first: mamba2 download owner\/shards\./,
    );
    await Mamba2LM.fromPretrained("owner/shards", { ...at(), cache });
    hub.seen.length = 0;
    const read = await Mamba2LM.fromPretrained("owner/shards", offline);
    expect(await read.forward(ids).data()).toEqual(logits);
    expect(hub.seen).toEqual([]);
  });

  test("a hub that cannot be reached: the cache, with a warning", async () => {
    const cache = cacheIn();
    await Mamba2LM.fromPretrained("owner/model", { ...at(), cache });
    const warnings: string[] = [];
    fault(/revision/, { status: 503, times: 5, headers: { "Retry-After": "0" } });
    const read = await Mamba2LM.fromPretrained("owner/model", {
      ...at(),
      cache,
      onWarning: (one) => warnings.push(one),
    });
    expect(await read.forward(ids).data()).toEqual(logits);
    expect(warnings).toEqual([expect.stringContaining('What the cache has of "owner/model" at main is used')]);
  });
});
