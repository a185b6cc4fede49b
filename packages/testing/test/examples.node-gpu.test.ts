// The examples for a GPU, on SwiftShader, and those for pages, in a real Chromium.
import { createServer, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleModule } from "@x/testing/bundle";
import { buildForBrowsers } from "../src/browser-build.mjs";
import { browserEnv, chromiumArgs, chromiumPath } from "../src/gpu-env.mjs";
import { examplesOf, expectedLines, expectLines, printedBy, root } from "./examples-lanes.ts";

describe("examples for a GPU", () => {
  it.each(examplesOf("gpu"))("%s", async (file) => expectLines(await printedBy(file), expectedLines(file)));
});

/** How an example for pages is opened, what it shows, and the most files that it may load. */
const pages: Readonly<Record<string, { readonly path: string; readonly shows: RegExp; readonly files: number }>> = {
  "page.html": {
    path: "/examples/page.html",
    files: 20,
    shows: /^device: .+\nstep 10: loss [\d.]+\nstep 20: loss [\d.]+\nstep 30: loss [\d.]+\n.{4,}/,
  },
  "worker.ts": {
    path: "/worker.html",
    files: 4,
    shows: /^the worker: .+\n\d+ pieces, while the page drew true frames/,
  },
};

describe("examples for pages", () => {
  let browser: Browser;
  let server: Server;
  const built = mkdtempSync(join(tmpdir(), "x-browser-builds-"));
  beforeAll(async () => {
    const map = readFileSync(join(root, "examples/page.html"), "utf8").matchAll(/@x\/([\w-]+)\/dist\/browser\//g);
    for (const name of new Set([...map].map(([, name]) => name!)))
      await buildForBrowsers(join(root, "packages", name), join(built, name, "dist/browser"));
    const executablePath = chromiumPath();
    browser = await chromium.launch({
      ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
      args: chromiumArgs(),
      env: { ...process.env, ...browserEnv() } as Record<string, string>,
    });
    const worker = readFileSync(await bundleModule(join(root, "examples/worker.ts")), "utf8");
    const answers: Readonly<Record<string, readonly [type: string, text: string]>> = {
      "/worker.html": ["text/html", '<!doctype html><body><script type="module" src="/worker.js"></script>'],
      "/worker.js": ["text/javascript", worker],
      "/favicon.ico": ["image/x-icon", ""],
    };
    server = createServer(({ url = "/" }, response) => {
      try {
        const [type, text] = answers[url] ?? served(url, built);
        response.writeHead(200, { "Content-Type": type });
        response.end(text);
      } catch (error) {
        response.destroy(error as Error); // the page says which request failed
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(built, { recursive: true, force: true });
  });

  it("are all opened below", () => expect(Object.keys(pages)).toEqual(examplesOf("chromium")));

  it.each(Object.entries(pages))("%s", { timeout: 60_000 }, async (_, { path, shows, files }) => {
    const page = await browser.newPage({ locale: "en-US" });
    const problems: string[] = [];
    const asked: string[] = [];
    page.on("request", (request) => request.url().startsWith("http") && asked.push(request.url()));
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(request.url()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page
      .waitForFunction(() => document.title === "done", undefined, { timeout: 40_000 })
      .catch((cause: unknown) => {
        throw new Error(`${path} must come to its end; it has not: ${problems.join(", ")}`, { cause });
      });
    expect(await page.evaluate(() => document.body.innerText)).toMatch(shows);
    expect(asked.length, asked.join("\n")).toBeLessThanOrEqual(files);
    await page.close();
  });
});

/** A file of the repository; of what a build would put into dist/browser/, what was built for this test. */
function served(url: string, built: string): readonly [type: string, text: string] {
  const path = /^\/node_modules\/@x\/(.+\/dist\/browser\/.+)$/.exec(url)?.[1];
  const text = readFileSync(path === undefined ? join(root, url) : join(built, path), "utf8");
  return [url.endsWith(".html") ? "text/html" : "text/javascript", text];
}
