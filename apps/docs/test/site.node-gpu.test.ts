// The site without the API reference: it builds, every link leads somewhere, live code runs, can be edited and stopped, search finds, a phone shows it.
// `npm run test:site` is the whole.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "@x/testing/open-browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { faultsOf } from "../src/build/check.ts";
import { resolveLink } from "../src/build/links.ts";
import { render } from "../src/build/markdown.ts";
import { sections } from "../src/build/pages.ts";
import { root } from "../src/build/root.ts";
import { buildSite } from "../src/build/site.ts";
import { faintText, openSite, runLiveBlocks, visit, widerThanWindow } from "./checks.ts";
import { serveSite } from "./serve.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const out = join(root, ".cache/docs-site");
let site: Awaited<ReturnType<typeof serveSite>>;
let browser: Browser;
beforeAll(async () => {
  mkdirSync(out, { recursive: true });
  await buildSite({ out, api: false });
  site = await serveSite(out);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe("the built site", () => {
  it("runs live code below a path, under its policy: trains, and draws the loss", async () => {
    const { page, errors } = await openSite(browser);
    await visit(page, site.url);
    const [printed] = await runLiveBlocks(page);
    expect(printed).toMatch(/^CPU.*\n1 \d\.\d+\n(.*\n)*a state /);
    expect(await page.locator(".curve polyline").getAttribute("points")).toMatch(/^(\S+ ){59}\S+$/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("runs a WGSL kernel, and says what is missing where there is no WebGPU", async () => {
    const { page, errors } = await openSite(browser);
    await visit(page, `${site.url}start/kernel.html`);
    const [values, text] = await runLiveBlocks(page);
    expect(values).toMatch(/^\[0\.731/);
    expect(text).toContain("@compute");
    await page.selectOption("x-live select >> nth=0", "cpu");
    await page.click("x-live .run >> nth=0");
    await page.waitForSelector('x-live[data-state="failed"]');
    expect(await page.innerText("x-live .output .error")).toMatch(/WebGPU/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("runs every live block of every guide", async () => {
    const { page, errors } = await openSite(browser);
    const live = sections().flatMap(({ pages }) => pages.filter(({ text }) => /^```ts live$/m.test(text)));
    expect(live.length).toBeGreaterThan(5);
    for (const { url } of live) {
      await visit(page, site.url + url);
      await runLiveBlocks(page);
    }
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("takes edited code: errors with their line, an endless loop that is stopped, unknown imports, the text as it was", async () => {
    const { page, errors } = await openSite(browser);
    await visit(page, `${site.url}start/tensors.html`);
    const block = page.locator("x-live").first();
    const area = block.locator("textarea");
    const original = await area.inputValue();
    const run = async (code: string, state: string): Promise<string> => {
      await area.fill(code);
      await area.press("Control+Enter");
      await page.waitForSelector(`x-live[data-state="${state}"]`);
      return (await block.locator(".output").innerText()).trim();
    };
    expect(
      await run('import { tensor } from "@x/tensor";\nconsole.log(await tensor([1, 2]).sum().item());', "done"),
    ).toBe("3");
    expect(await run("const a = 1;\na.b.c();", "failed")).toMatch(/^TypeError: .*\(line 2\)$/s);
    expect(await run('import "@x/none";', "failed")).toMatch(/"@x\/none" is not on this page; here are @x\/tensor/);
    expect(await run("const;", "failed")).toMatch(/Error/);
    await area.fill("for (;;);");
    await block.locator(".run").click();
    await block.getByRole("button", { name: "Stop" }).click();
    await page.waitForSelector('x-live[data-state="stopped"]');
    await page.waitForSelector("x-live .k-keyword"); // coloured by the parser
    await block.getByRole("button", { name: "Reset" }).click();
    expect(await area.inputValue()).toBe(original);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("finds by keyboard, and remembers light or dark", async () => {
    const { page, errors } = await openSite(browser);
    await visit(page, `${site.url}guide/memory.html`);
    await page.keyboard.press("/");
    await page.locator("#search input").fill("rescale prenorm");
    await page.waitForSelector("#search li a");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/initialisation|mamba2/);
    await page.click("#theme");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await visit(page, `${site.url}guide/memory.html`);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(15, 17, 23)");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("fits a phone, where the navigation opens and closes; its text can be read, light and dark", async () => {
    for (const dark of [false, true]) {
      const { page, errors } = await openSite(browser, { phone: true, dark });
      for (const url of [
        "index.html",
        "guide/porting.html",
        "guide/initialisation.html",
        "performance/cpu-wasm.html",
      ]) {
        await visit(page, site.url + url);
        expect(await widerThanWindow(page), url).toEqual([]);
        expect(await faintText(page), `${url}, dark: ${dark}`).toEqual([]);
      }
      await page.click("#menu");
      expect(await page.locator("#navigation").isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      expect(await page.locator("#navigation").isVisible()).toBe(false);
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });

  it("has llms.txt and the Markdown of each page", () => {
    const files = new Set(readdirSync(out, { recursive: true, encoding: "utf8" }));
    for (const { url } of sections().flatMap(({ pages }) => pages)) expect(files).toContain(url.replace(/html$/, "md"));
    expect(files).toContain("llms.txt");
    expect(files).toContain("llms-full.txt");
  });
});

describe("what the build refuses", () => {
  const page = { source: "docs/memory.md", url: "guide/memory.html" };
  const map = new Map([["docs/debugging.md", { url: "guide/debugging.html", title: "Debugging" }]]);

  it("names links that lead nowhere, and leaves those to files that are no pages", () => {
    expect(resolveLink("debugging.md#x", page, map, undefined)).toEqual({
      href: "debugging.html#x",
      title: "Debugging",
    });
    expect(resolveLink("../LICENSE", page, map, undefined)).toEqual({ href: undefined });
    expect(resolveLink("../LICENSE", page, map, "https://h/o/n/blob/main")).toEqual({
      href: "https://h/o/n/blob/main/LICENSE",
    });
    expect(resolveLink("gone.md", page, map, undefined).dead).toMatch(/there is no docs\/gone\.md/);
    expect(render("# A\n\n![p](gone.svg)", { ...page, map, repository: undefined }).dead).toEqual([
      'docs/memory.md: the link "gone.svg" must lead to a file; there is no docs/gone.svg.',
    ]);
  });

  it("names dead anchors, ids that occur twice, and what a policy forbids", () => {
    const pages = new Map([
      ["a.html", '<p id="x"></p><a href="b/c.html#y">c</a> <a href="#x">x</a> <a href="no.html">no</a>'],
      ["b/c.html", '<p id="z"></p><p id="z"></p><a href="../a.html">a</a><p style="color: red">'],
    ]);
    expect(faultsOf(pages, new Set())).toEqual([
      "b/c.html: an id must be unique; z occurs twice.",
      'b/c.html: "style="" is inline, which the page\'s policy forbids.',
      'a.html: the link "b/c.html#y" leads to a page without this anchor.',
      'a.html: the link "no.html" leads to no file.',
    ]);
  });
});
