// npm run bench:build [-- --peers]: builds the page into apps/bench/dist and checks its weight. With --peers the installed peers are included, to be loaded on request.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bin, run } from "./workspace.mjs";

const app = fileURLToPath(new URL("../apps/bench", import.meta.url));
/** kB, gzipped: what one document loads, its worker included, before anyone tunes or asks for peers. About 5 % above what was measured: see docs/design/002-bench-page.md. */
const budget = { index: 364, model: 394 };
const peers = process.argv.includes("--peers");

const { status } = run(bin("vite"), ["build", app, "--logLevel", "warn"], { env: peers ? { BENCH_PEERS: "1" } : {} });
if (status !== 0) process.exit(status);
const built = readdirSync(join(app, "dist"), { recursive: true, encoding: "utf8" }).filter((path) =>
  statSync(join(app, "dist", path)).isFile(),
);
let over = false;
for (const [name, most] of Object.entries(budget)) {
  const files = reach(`${name}.html`);
  const [size, all] = [kilobytes(files), kilobytes(reach(`${name}.html`, { onRequest: true }))];
  const later = all > size ? `; ${(all - size).toFixed(1)} kB more on request` : "";
  console.log(
    `${name}: ${size.toFixed(1)} kB gzipped in ${files.length} files, budget ${most} kB: ${size <= most ? "ok" : "OVER BUDGET"}${later}`,
  );
  over ||= size > most;
}
process.exit(over ? 1 : 0);

/** Gzipped. @param {string[]} files @returns {number} */
function kilobytes(files) {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(app, "dist", file))).length, 0) / 1000;
}

/** Files that a file names, and so on; those that it only imports when it comes to it (`import()`) on request. @param {string} entry @param {{ onRequest?: boolean }} [which] @returns {string[]} */
function reach(entry, { onRequest = false } = {}) {
  const found = new Set([entry]);
  for (const file of found) {
    const whole = readFileSync(join(app, "dist", file), "utf8");
    const text = onRequest ? whole : whole.replace(/\bimport\(\s*[`"'][^`"']*[`"']\s*\)/g, "");
    for (const other of built)
      if (!other.endsWith(".html") && text.includes(other.split("/").at(-1) ?? other)) found.add(other);
  }
  return [...found];
}
