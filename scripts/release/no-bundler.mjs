// The part of npm run test:release that opens examples/page.html as it is, in a folder into which the packages were installed: a page without a bundler makes few requests, runs under a strict content
// security policy, also under one that forbids WebAssembly, where it says that it is slow, and its source maps hold the sources.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.mjs";
import { installArguments, writeFolder } from "./folders.mjs";
import { policyOf, runPage, serveFolder } from "./page.mjs";

/** The page itself included. */
const mostRequests = 20;

/**
 * @param {import("./checks.mjs").Checks} checks
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, version: string, browser: import("playwright-core").Browser }} where
 */
export async function checkWithoutBundler(checks, { folder, registry, version, browser }) {
  const home = join(folder, "no-bundler");
  const page = readFileSync(join(root, "examples/page.html"), "utf8");
  writeFolder(home, registry, { "@x/mamba2": version }, { "index.html": page });
  const install = [...installArguments, "--ignore-scripts"];
  if (checks.command("no bundler: npm install @x/mamba2", "npm", install, { cwd: home }) === undefined) return;

  const inline = hashesOf(page);
  const strict = await serveFolder(home, policyOf(`'wasm-unsafe-eval' ${inline}`));
  const { problem, text, seconds } = await runPage(browser, strict.url);
  strict.close();
  checks.note("no bundler: the page trains and writes, under a strict policy", problem);
  checks.holds("no bundler: it says its device", text.startsWith("device: CPU, WebAssembly SIMD"), () => text);
  const { length } = strict.requests;
  console.log(`      no bundler: ${length} requests, ${seconds.toFixed(1)} s to the end of the page`);
  checks.holds(`no bundler: at most ${mostRequests} requests`, length <= mostRequests, () =>
    strict.requests.join("\n"),
  );
  checks.note("no bundler: source maps hold their sources", withoutSources(home, strict.requests));

  const bare = await serveFolder(home, policyOf(inline));
  const loops = await runPage(browser, bare.url);
  bare.close();
  checks.note("no bundler: it runs without 'wasm-unsafe-eval'", loops.problem);
  const said = "no bundler: it says then that it runs as plain loops, and why";
  const reason = /plain loops.*because WebAssembly may not compile here.*'wasm-unsafe-eval'/;
  const warnings = loops.lines.filter((line) => reason.test(line));
  checks.holds(
    said,
    warnings.length === 1 && reason.test(loops.text),
    () => `${loops.text}\n${loops.lines.join("\n")}`,
  );
  console.log(`      no bundler: ${loops.seconds.toFixed(1)} s to the end of the page as plain loops`);

  const onGpu = page
    .replace("defaultDevice()", "webgpuDevice({ software: true })")
    .replace("import { defaultDevice }", "import { webgpuDevice }");
  writeFileSync(join(home, "gpu.html"), onGpu);
  const gpu = await serveFolder(home, policyOf(hashesOf(onGpu)));
  const drawn = await runPage(browser, `${gpu.url}gpu.html`);
  gpu.close();
  checks.note("no bundler: it runs on WebGPU without 'wasm-unsafe-eval'", drawn.problem);
  checks.holds(
    "no bundler: without a warning",
    drawn.lines.length === 0 && drawn.text.startsWith("device: WebGPU"),
    () => `${drawn.text}\n${drawn.lines.join("\n")}`,
  );
}

/** Sources for script-src that allow a page's inline scripts, its import map included. @param {string} page @returns {string} */
export function hashesOf(page) {
  const scripts = [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, text = ""]) => text);
  return scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`).join(" ");
}

/** Scripts of which a source is nowhere. @param {string} home @param {string[]} requests @returns {string | undefined} */
function withoutSources(home, requests) {
  const scripts = requests.filter((path) => path.endsWith(".js"));
  const lost = scripts.filter((path) => {
    const text = readFileSync(join(home, path), "utf8");
    const [code = "", name] = text.split("\n//# sourceMappingURL=");
    if (/^(?:(?:import|export)\{[^{}]*\}from"[^"]*";?|export\{[^{}]*\};?)+\s*$/.test(code)) return false; // it names other files, and holds nothing of a source
    if (name === undefined) return true;
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(home, path, "..", name.trim()), "utf8"));
    return (
      sources.length === 0 || !sources.every((/** @type {string} */ _, /** @type {number} */ i) => sourcesContent[i])
    );
  });
  return scripts.length > 0 && lost.length === 0 ? undefined : `Of ${scripts.length} scripts: ${lost.join(", ")}`;
}
