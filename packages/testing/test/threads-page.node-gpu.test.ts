// Threads in a real Chromium: with and without cross-origin isolation, on a page's main thread and in its worker.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build, defaultClientConditions, type Rolldown } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { browserEnv, chromiumArgs, chromiumPath } from "../src/gpu-env.mjs";
import type { Outcome } from "./pages/threads-page.ts";

let browser: Browser;
let script: string;
const servers: Server[] = [];

beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@x/source", ...defaultClientConditions] },
    build: {
      write: false,
      target: "es2022",
      lib: {
        entry: fileURLToPath(new URL("pages/threads-page.ts", import.meta.url)),
        formats: ["es"],
        fileName: "main",
      },
    },
  });
  script = (built as Rolldown.RolldownOutput[])[0]!.output[0].code;
  const executablePath = chromiumPath();
  browser = await chromium.launch({
    ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
    args: chromiumArgs(),
    env: { ...process.env, ...browserEnv() } as Record<string, string>,
  });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

/** What a page and its worker find, on a server of its own that sends these headers. */
async function outcomes(
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly page: Outcome; readonly worker: Outcome }> {
  const server = createServer(({ url }, response) => {
    const isScript = url === "/main.js";
    response.writeHead(200, { ...headers, "Content-Type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : '<!doctype html><script type="module" src="/main.js"></script>');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = await browser.newPage({ locale: "en-US" });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => "outcomes" in globalThis);
  const found = await page.evaluate(
    () => (globalThis as unknown as { outcomes: { page: Outcome; worker: Outcome } }).outcomes,
  );
  await page.close();
  return found;
}

it("are had by a worker of an isolated page, not by its main thread", async () => {
  const { page, worker } = await outcomes({
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  expect(worker).toMatchObject({ threads: 2, sameBits: true });
  expect(worker.reason).toBeUndefined();
  expect(worker.sharedItems).toBeGreaterThan(0);
  expect(page).toMatchObject({
    threads: 1,
    sharedItems: 0,
    sameBits: true,
    reason: expect.stringContaining("main thread must not wait") as string,
  });
});

it("are not had without isolation: one thread, the same bits, a reason", async () => {
  const { page, worker } = await outcomes({});
  for (const one of [page, worker]) {
    expect(one).toMatchObject({
      threads: 1,
      sharedItems: 0,
      sameBits: true,
      reason: expect.stringContaining("cross-origin isolated page only") as string,
    });
  }
});
