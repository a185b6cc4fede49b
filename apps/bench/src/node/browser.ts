// `--browser`: the page's own suite, in the browser that the tests use. Serves the built page; builds it when it is not there.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { browserEnv, chromiumArgs, chromiumPath } from "@x/testing/gpu-env";
import { parseReport, type Report } from "../core/report.ts";
import type { BenchArgs } from "./args.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the suite in a page and gives its report. @throws Error with what the page said went wrong */
export async function runInBrowser({ filter, all, device, samples, peers }: BenchArgs): Promise<Report> {
  const configFile = `${root}/vite.config.ts`;
  if (!existsSync(`${root}/dist/index.html`)) await build({ root, configFile, logLevel: "warn" });
  const server = await preview({ root, configFile, logLevel: "silent", preview: { port: 0, host: "127.0.0.1" } });
  const executablePath = chromiumPath();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
    args: chromiumArgs(),
    env: { ...process.env, ...browserEnv() } as Record<string, string>,
  });
  try {
    const page = await (await browser.newContext({ locale: "en-US" })).newPage();
    const query = new URLSearchParams({
      run: "1",
      filter,
      device,
      ...(all && { sizes: "all" }),
      ...(samples !== undefined && { samples: String(samples) }),
      ...(peers && { peers: "1" }),
    });
    await page.goto(`${server.resolvedUrls!.local[0]}?${query}`);
    await page.waitForFunction(() => ["done", "failed"].includes(document.body.dataset["state"] ?? ""), undefined, {
      timeout: 0,
    });
    const failure = await page.evaluate(() =>
      document.body.dataset["state"] === "failed" ? document.getElementById("banner")!.innerText : "",
    );
    if (failure) throw new Error(failure);
    const report = await page.evaluate(() =>
      JSON.stringify((globalThis as unknown as { xBench: { report(): unknown } }).xBench.report()),
    );
    return parseReport(report);
  } finally {
    await browser.close();
    await new Promise<void>((resolve) => server.httpServer.close(() => resolve()));
  }
}
