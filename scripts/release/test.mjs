// npm run test:release [-- PART | PACKAGE…]: a release rehearsed on this machine. Versions, changelogs and publishing run by their own commands in a copy of the repository, to a
// registry on loopback; then what users do with the published packages: start from the template, install each alone and run its README program in Node, Deno, Bun and a page, open a page
// without a bundler, upgrade, build with several bundlers, check types under several TypeScripts. Nothing is published anywhere else, and nothing of the user's configuration is written.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishedPackages } from "../workspace.mjs";
import { checkAlone } from "./alone.mjs";
import { checkBundlers } from "./bundlers.mjs";
import { checkWithoutBundler } from "./no-bundler.mjs";
import { Checks } from "./checks.mjs";
import { openBrowser } from "./page.mjs";
import { startRegistry } from "./registry.mjs";
import { rehearse } from "./rehearsal.mjs";
import { checkTemplate } from "./template.mjs";
import { installTools } from "./tools.mjs";
import { checkTypeScripts } from "./typescripts.mjs";
import { checkUpgrade } from "./upgrade.mjs";

const parts = ["template", "no-bundler", "upgrade", "bundlers", "types"];
const chosen = process.argv.slice(2);
const stray = chosen.find((name) => ![...publishedPackages, ...parts].includes(name));
if (stray !== undefined) {
  console.error(
    `test:release: must be given packages (${publishedPackages.join(", ")}) or parts (${parts.join(", ")}); got "${stray}".`,
  );
  process.exit(2);
}
/** @param {string} name */
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const began = performance.now();
const folder = mkdtempSync(join(tmpdir(), "x-release-"));
const checks = new Checks();
installTools();
const registry = await startRegistry(join(folder, "registry"));
try {
  const versions = await rehearse(checks, { folder, registry });
  if (versions !== undefined) {
    const browser = await openBrowser();
    try {
      const where = { folder, registry, browser, version: versions.released };
      if (wanted("template")) await checkTemplate(checks, where);
      if (wanted("no-bundler")) await checkWithoutBundler(checks, where);
      for (const name of publishedPackages) if (wanted(name)) await checkAlone(checks, name, where);
    } finally {
      await browser.close();
    }
    const shared = { folder, registry, versions };
    if (wanted("upgrade")) checkUpgrade(checks, shared);
    if (wanted("bundlers")) checkBundlers(checks, shared);
    if (wanted("types")) checkTypeScripts(checks, shared);
  }
} finally {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`);
checks.finish("test:release");
