// Builds the page once and opens it in the browser of the tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { preview, type PreviewServer } from "vite";

export { openBrowser } from "@x/testing/open-browser";

const root = fileURLToPath(new URL("..", import.meta.url));
const configFile = `${root}vite.config.ts`;

/** A server of the built page. @throws Error when the build fails or is over its budget */
export async function servePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL("../../../scripts/bench-build.mjs", import.meta.url))],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The page must build within its budget:\n${stdout}${stderr}`);
  const server: PreviewServer = await preview({
    root,
    configFile,
    logLevel: "silent",
    preview: { port: 0, host: "127.0.0.1" },
  });
  return {
    url: server.resolvedUrls!.local[0]!,
    close: () => new Promise((resolve) => void server.httpServer.close(() => resolve())),
  };
}

/** A page that remembers its console errors. Its language is the browser's own: "en-US@posix" where the tests run under the C locale. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1280, height: 900 },
): Promise<{ readonly page: Page; readonly errors: string[] }> {
  const context = await browser.newContext({ viewport, acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  await page.waitForFunction(() => document.body.dataset["ready"] === "true");
  return { page, errors };
}

/** Resolves when a run has ended. */
export async function runEnded(page: Page): Promise<void> {
  await page.waitForFunction(() => ["done", "failed"].includes(document.body.dataset["state"] ?? ""));
}
