// npm run docs:look -- DIR [PAGE…]: pictures of pages of the built site, light, dark and on a phone, for somebody to look at.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openBrowser } from "@x/testing/open-browser";
import { serveSite } from "./serve.ts";

const [folder, ...named] = process.argv.slice(2);
if (folder === undefined) throw new Error("docs:look: must be given a folder for the pictures; got none.");
const pages =
  named.length > 0 ? named : ["index.html", "guide/training.html", "guide/initialisation.html", "guide/porting.html"];
mkdirSync(folder, { recursive: true });

const site = await serveSite(resolve(process.env["DOCS_OUT"] ?? fileURLToPath(new URL("../dist", import.meta.url))));
const browser = await openBrowser();
for (const [name, width, height, colorScheme] of [
  ["light", 1360, 900, "light"],
  ["dark", 1360, 900, "dark"],
  ["phone", 390, 844, "light"],
] as const) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.error(`${name}: ${message.text()}`));
  for (const url of pages) {
    const response = await page.goto(site.url + url);
    if (!response?.ok())
      throw new Error(`docs:look: ${url} must be a page of the built site (npm run docs:build); it is not there.`);
    await page.waitForFunction(() => document.body.dataset["ready"] === "true");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) console.error(`${name}, ${url}: ${overflow} pixels wider than the window`);
    const path = join(folder, `${url.replace(/\W+/g, "-")}-${name}.png`);
    await page.screenshot({ path, fullPage: process.env["DOCS_FULL"] === "1" });
    console.log(path);
  }
  await context.close();
}
await browser.close();
await site.close();
