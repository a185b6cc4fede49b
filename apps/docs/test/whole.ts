// npm run test:site: the whole site, API reference included, in the browser: every page on a phone, contrasts, every live block.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "@x/testing/open-browser";
import { app } from "../src/build/root.ts";
import { buildSite } from "../src/build/site.ts";
import { faintText, openSite, runLiveBlocks, visit, widerThanWindow } from "./checks.ts";
import { serveSite } from "./serve.ts";

const out = join(app, "dist");
const built = await buildSite({ out });
console.log(`${built.pages} pages built in ${built.seconds.toFixed(1)} s, no dead link`);

const all = readdirSync(out, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".html") && file !== "404.html")
  .sort();
// Pages of the reference are of one make: every twentieth is looked at.
const pages = all.filter((file, at) => !file.startsWith("api/") || file.endsWith("index.html") || at % 20 === 0);

const site = await serveSite(out);
const browser = await openBrowser();
const faults: string[] = [];
for (const dark of [false, true]) {
  const { page, errors } = await openSite(browser, { phone: true, dark });
  for (const url of pages) {
    await visit(page, site.url + url);
    for (const fault of [...(await widerThanWindow(page)), ...(await faintText(page))])
      faults.push(`${url}${dark ? " (dark)" : ""}: ${fault}`);
  }
  faults.push(...errors);
  await page.context().close();
}
const { page, errors } = await openSite(browser);
let blocks = 0;
for (const url of all.filter((file) => !file.startsWith("api/"))) {
  await visit(page, site.url + url);
  try {
    blocks += (await runLiveBlocks(page)).length;
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
}
faults.push(...errors);
await browser.close();
await site.close();

for (const fault of faults) console.error(fault);
console.log(`${pages.length} pages on a phone, light and dark; ${blocks} live blocks ran; ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
