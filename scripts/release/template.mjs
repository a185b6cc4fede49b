// The part of npm run test:release that does what the README of @x/create-app says, from an empty folder to the first token that a page of one's own generates, against the clock; then
// the built page, under a strict content security policy.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../workspace.mjs";
import { serveFolder } from "./page.mjs";
import { freePort } from "./registry.mjs";

/** From the first command to the first generated token. */
const mostSeconds = 60;
const patienceMs = 180_000;

/**
 * @param {import("./checks.mjs").Checks} checks
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, browser: import("playwright-core").Browser }} where
 */
export async function checkTemplate(checks, { folder, registry, browser }) {
  const home = join(folder, "template");
  mkdirSync(home, { recursive: true });
  // The folder that `npm create` makes has no .npmrc of the registry: these two commands get it as a global configuration of their own, added to the machine's.
  const machine = run("npm", ["config", "get", "globalconfig"], { stdio: "pipe" }).output.trim();
  const globalConfig = join(folder, "template.npmrc");
  writeFileSync(globalConfig, `${existsSync(machine) ? readFileSync(machine, "utf8") : ""}\n${registry.npmrc}`);
  const env = { NPM_CONFIG_GLOBALCONFIG: globalConfig };
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  if (
    checks.command("template: npm create @x/app my-app", "npm", ["create", "--yes", "@x/app", "my-app"], {
      cwd: home,
      env,
    }) === undefined
  )
    return;
  const installed = seconds();
  const port = await freePort();
  const options = ["--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const server = spawn("npm", ["start", "--prefix", "my-app", "--", ...options], {
    cwd: home,
    env: { ...process.env, ...env },
    stdio: "ignore",
    detached: true, // npm's shell and Vite are ended as one group
  });
  try {
    const url = `http://127.0.0.1:${port}/`;
    while (!(await answers(url))) {
      if (server.exitCode !== null || seconds() * 1000 > patienceMs)
        return void checks.note(
          "template: npm start --prefix my-app",
          `It must serve ${url}; it ended with ${server.exitCode}.`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const served = seconds();
    const { problem, loss } = await trainAndAsk(browser, url, { untilLoss: 3 });
    const first = seconds();
    checks.note("template: the page trains and answers", problem);
    console.log(
      `      template: created ${installed.toFixed(1)} s, served ${served.toFixed(1)} s, first token ${first.toFixed(1)} s after the first command; loss ${loss}`,
    );
    checks.holds(
      `template: from an empty folder to the first generated token in ${mostSeconds} s`,
      problem === undefined && first <= mostSeconds,
      () => `${first.toFixed(1)} s`,
    );
  } finally {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid);
  }
  const app = join(home, "my-app");
  if (checks.command("template: npm run build", "npm", ["run", "build"], { cwd: app, env }) === undefined) return;
  const built = await serveFolder(join(app, "dist"));
  const { problem } = await trainAndAsk(browser, built.url, { untilLoss: Infinity });
  built.close();
  checks.note("template: the built page trains and answers under a strict policy", problem);
}

/** Waits for steps, asks, waits for the first token. @param {import("playwright-core").Browser} browser @param {string} url @param {{ untilLoss: number }} options @returns {Promise<{ problem?: string, loss?: string }>} */
async function trainAndAsk(browser, url, { untilLoss }) {
  const context = await browser.newContext({ locale: "en-US" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const errors = /** @type {string[]} */ ([]);
    page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
    page.on("pageerror", (error) => void errors.push(error.message));
    await page.goto(url);
    await page.waitForFunction(
      (most) =>
        Number(/loss ([\d.]+)/.exec(document.querySelector("#progress")?.textContent ?? "")?.[1] ?? Infinity) < most,
      untilLoss,
    );
    const loss = /loss ([\d.]+)/.exec((await page.textContent("#progress")) ?? "")?.[1];
    await page.fill("#ask input", "What colour is the sky?");
    await page.click("#ask button");
    await page.waitForFunction(() => (document.querySelector("#talk li.answer")?.textContent ?? "") !== "");
    return { ...(errors.length > 0 && { problem: errors.join("\n") }), ...(loss !== undefined && { loss }) };
  } catch (error) {
    return { problem: String(error) };
  } finally {
    await context.close();
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // not listening yet: the caller's clock ends the wait
  }
}
