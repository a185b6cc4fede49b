// The examples for a GPU, on SwiftShader, and those for pages, in a real Chromium.
import { createServer, type Server } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { transformWithOxc } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleModule } from "@x/testing/bundle";
import { browserEnv, chromiumArgs, chromiumPath } from "../src/gpu-env.mjs";
import { examplesOf, expectedLines, expectLines, printedBy, root } from "./examples-lanes.ts";

describe("examples for a GPU", () => {
  it.each(examplesOf("gpu"))("%s", async (file) => expectLines(await printedBy(file), expectedLines(file)));
});

/** How an example for pages is opened, and what it shows. */
const pages: Readonly<Record<string, { readonly path: string; readonly shows: RegExp }>> = {
  "page.html": {
    path: "/examples/page.html",
    shows: /^device: .+\nstep 10: loss [\d.]+\nstep 20: loss [\d.]+\nstep 30: loss [\d.]+\n.{4,}/,
  },
  "worker.ts": { path: "/worker.html", shows: /^the worker: .+\n\d+ pieces, while the page drew true frames/ },
};

describe("examples for pages", () => {
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
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
      void (async () => {
        const [type, text] = answers[url] ?? (await served(url));
        response.writeHead(200, { "Content-Type": type });
        response.end(text);
      })().catch((error: unknown) => response.destroy(error as Error)); // the page says which request failed
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("are all opened below", () => expect(Object.keys(pages)).toEqual(examplesOf("chromium")));

  it.each(Object.entries(pages))("%s", { timeout: 60_000 }, async (_, { path, shows }) => {
    const page = await browser.newPage({ locale: "en-US" });
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("requestfailed", (request) => problems.push(request.url()));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page
      .waitForFunction(() => document.title === "done", undefined, { timeout: 40_000 })
      .catch((cause: unknown) => {
        throw new Error(`${path} must come to its end; it has not: ${problems.join(", ")}`, { cause });
      });
    expect(await page.evaluate(() => document.body.innerText)).toMatch(shows);
    await page.close();
  });
});

/** A file of the repository; what a build would put into dist/ is made of src/ as it is asked for. */
async function served(url: string): Promise<readonly [type: string, text: string]> {
  const source = /^\/node_modules\/@x\/([\w-]+)\/dist\/(.+)\.(?:js|ts)$/.exec(url);
  if (!source) return [url.endsWith(".html") ? "text/html" : "text/javascript", readFileSync(join(root, url), "utf8")];
  const written = join(root, "packages", source[1]!, "src", source[2]!);
  const path = existsSync(`${written}.ts`) ? `${written}.ts` : `${written}.js`;
  return ["text/javascript", (await transformWithOxc(readFileSync(path, "utf8"), path)).code];
}
