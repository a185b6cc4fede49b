// Pages in Chromium: built by Vite or served as they are, under a strict content security policy.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import { browserEnv, chromiumArgs, chromiumPath } from "../../packages/testing/src/gpu-env.mjs";

/** The strict policy that a page may be served with: nothing but the page's own files, no inline script, no eval; WebAssembly may be compiled. */
export const strictPolicy = policyOf("'wasm-unsafe-eval'");

/** A strict policy. @param {string} scripts what scripts may be beside the page's own files, such as hashes of inline ones @returns {string} */
export function policyOf(scripts) {
  return `default-src 'none'; script-src 'self' ${scripts}; connect-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".map": "application/json",
  ".ts": "text/plain",
};
const minutes = 3;

/** @returns {Promise<import("playwright-core").Browser>} */
export function openBrowser() {
  const executablePath = chromiumPath();
  return chromium.launch({
    ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
    args: chromiumArgs(),
    env: /** @type {Record<string, string>} */ ({ ...process.env, ...browserEnv() }),
  });
}

/** Serves a folder on loopback. @param {string} folder @param {string} policy @returns {Promise<{ url: string, requests: string[], close(): void }>} */
export function serveFolder(folder, policy = strictPolicy) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = normalize(decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname));
    try {
      const body = await readFile(join(folder, path));
      const type = types[/** @type {keyof typeof types} */ (extname(path))] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(body);
    } catch {
      response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
    }
    if (path !== "/favicon.ico") requests.push(path);
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address && typeof address === "object" ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}/`, requests, close: () => void server.close() });
    }),
  );
}

/**
 * Opens a page whose title becomes "ended", "done", or "failed: …".
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @returns {Promise<{ lines: string[], text: string, problem?: string, seconds: number }>} what it printed and shows, and what went wrong
 */
export async function runPage(browser, url) {
  const context = await browser.newContext({ locale: "en-US" });
  try {
    const page = await context.newPage();
    const lines = /** @type {string[]} */ ([]);
    const errors = /** @type {string[]} */ ([]);
    page.on("console", (message) => void (message.type() === "error" ? errors : lines).push(message.text()));
    page.on("pageerror", (error) => void errors.push(error.message));
    const began = performance.now();
    await page.goto(url);
    await page.waitForFunction(() => /^(ended|done|failed)/.test(document.title), undefined, {
      timeout: minutes * 60_000,
    });
    const [title, text] = [await page.title(), await page.innerText("body")];
    const seconds = (performance.now() - began) / 1000;
    if (title.startsWith("failed")) errors.unshift(title);
    return { lines, text, seconds, ...(errors.length > 0 && { problem: errors.join("\n") }) };
  } catch (error) {
    return { lines: [], text: "", seconds: 0, problem: String(error) };
  } finally {
    await context.close();
  }
}

/** Builds a folder's index.html by Vite and runs it. @param {import("./checks.mjs").Checks} checks @param {string} what @param {{ home: string, browser: import("playwright-core").Browser, policy?: string }} where */
export async function checkPage(checks, what, { home, browser, policy = strictPolicy }) {
  await build({
    root: home,
    configFile: false,
    logLevel: "error",
    build: { outDir: "built", chunkSizeWarningLimit: 3000, target: "es2022", modulePreload: { polyfill: false } },
  });
  const server = await serveFolder(join(home, "built"), policy);
  const { lines, problem } = await runPage(browser, server.url);
  server.close();
  checks.note(what, problem ?? (lines.length === 0 ? "It printed nothing." : undefined));
}
