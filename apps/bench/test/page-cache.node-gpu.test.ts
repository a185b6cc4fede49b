// Downloads that a page keeps, in a real Chromium against a hub of this machine: its file system, the Cache API in its place, and a quota that ends.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { rm } from "node:fs/promises";
import { Mamba2LM, preset } from "@x/mamba2";
import { bundleForPage } from "@x/testing/bundle";
import { type HubServer, startHub } from "@x/testing/hub-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type * as entry from "./page-cache-entry.ts";
import { openBrowser } from "./serve.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** What the bundle gives the page. */
declare const library: typeof entry;

const ids = [1, 2, 3, 4];
let hub: HubServer;
let browser: Browser;
let program: string;
let logits: number[];

beforeAll(async () => {
  const model = new Mamba2LM({ ...preset("tiny"), nLayer: 2 }, { seed: 1 });
  logits = [...(await model.forward(ids).data())];
  hub = await startHub({ "owner/model": { revisions: { main: (await model.save()).files } } });
  program = await bundleForPage(new URL("page-cache-entry.ts", import.meta.url));
  browser = await openBrowser({ webgpu: false });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await rm(dirname(program), { recursive: true });
});
beforeEach(() => void (hub.seen.length = 0));

/** A page of the hub's origin with the library; `without` names of globals that its browser does not have. */
async function openPage(without: readonly string[] = []): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript((names: readonly string[]) => {
    for (const name of names) delete (globalThis as Record<string, unknown>)[name];
  }, without);
  await page.goto(`${hub.endpoint}/nowhere`);
  await page.addScriptTag({ content: readFileSync(program, "utf8") });
  return page;
}

const load = (page: Page): Promise<number[]> =>
  page.evaluate(async ([endpoint, tokens]) => library.logitsOf(endpoint, tokens), [hub.endpoint, ids] as const);
const sent = (): number =>
  hub.seen.filter(({ host }) => host === "storage").reduce((bytes, { sentBytes }) => bytes + sentBytes, 0);

test.each([
  ["the page's own file system", []],
  ["the page's cache", ["FileSystemFileHandle"]],
])("%s: the second load asks for no data, after a reload either", async (place, without) => {
  const page = await openPage(without);
  expect(await page.evaluate(async () => (await library.pageCache())!.place)).toBe(place);
  expect(await load(page)).toEqual(logits);
  expect(sent()).toBeGreaterThan(100_000);
  hub.seen.length = 0;
  expect(await load(page)).toEqual(logits);
  await page.reload();
  await page.addScriptTag({ content: readFileSync(program, "utf8") });
  expect(await load(page)).toEqual(logits);
  expect(sent()).toBe(0);
  await page.evaluate(async () => (await library.pageCache())!.clear());
  expect(await load(page)).toEqual(logits);
  expect(sent()).toBeGreaterThan(100_000);
  await page.context().close();
});

test("a quota that is too small is said, with the numbers", async () => {
  const page = await openPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: hub.endpoint, quotaSize: 100_000 });
  await expect(load(page)).rejects.toThrow(
    /the page's own file system must have room for model\.safetensors of "owner\/model", 0\.7 MB; the browser lets it have 0\.1 MB more\./,
  );
  await page.context().close();
});

test("a browser that keeps nothing: loaded all the same, and said", async () => {
  const page = await openPage(["FileSystemFileHandle", "caches"]);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  expect(await load(page)).toEqual(logits);
  expect(said).toEqual([
    expect.stringMatching(/^hub: downloads are kept nowhere; this page has neither files nor a cache/),
  ]);
  await page.context().close();
});
