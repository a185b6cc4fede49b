// npm run bench:build [-- --peers]: builds the page into apps/bench/dist and checks its weight. With --peers the installed peers are included.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bin, run } from "./workspace.mjs";

const app = fileURLToPath(new URL("../apps/bench", import.meta.url));
/** kB, gzipped: everything one document loads, its worker included. Measured when written: see docs/design/bench.md. */
const budget = { index: 200, model: 175 };
const peers = process.argv.includes("--peers");

const { status } = run(bin("vite"), ["build", app, "--logLevel", "warn"], { env: peers ? { BENCH_PEERS: "1" } : {} });
if (status !== 0) process.exit(status);
let over = false;
for (const [name, most] of Object.entries(budget)) {
  const files = reach(`${name}.html`);
  const kilobytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(app, "dist", file))).length, 0) / 1000;
  const verdict = peers ? "peers included, no budget" : kilobytes <= most ? "ok" : "OVER BUDGET";
  console.log(`${name}: ${kilobytes.toFixed(1)} kB gzipped in ${files.length} files, budget ${most} kB: ${verdict}`);
  over ||= !peers && kilobytes > most;
}
process.exit(over ? 1 : 0);

/** Files that a file names, and so on. @param {string} entry @returns {string[]} */
function reach(entry) {
  const all = readdirSync(join(app, "dist"), { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(app, "dist", path)).isFile());
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(join(app, "dist", file), "utf8");
    for (const other of all) if (!other.endsWith(".html") && text.includes(other.split("/").at(-1) ?? other)) found.add(other);
  }
  return [...found];
}
