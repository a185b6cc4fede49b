// Programs that only the rehearsal of a release needs: a registry and a third runtime, which no other command of this repository uses. They are installed once into
// node_modules/.cache, in versions that were tried: later Verdaccios need Node 22. Bun's own package installs a program for every C library and processor of a
// platform, four times 90 MB on Linux; only this machine's is asked for.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../workspace.mjs";

const bun = `@oven/bun-${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
const manifest = `${JSON.stringify({
  private: true,
  dependencies: { [bun]: "1.3.0", verdaccio: "6.8.0" },
  overrides: { "node-fetch": "^2.7.0" }, // Verdaccio asks for a tag that not every mirror keeps
})}\n`;
const folder = join(root, "node_modules/.cache/x-release");
const done = join(folder, "installed.json");

/** Installs them where they are not. @throws Error when npm fails */
export function installTools() {
  if (existsSync(done) && readFileSync(done, "utf8") === manifest) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), manifest);
  const { status, output } = run("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, stdio: "pipe" });
  if (status !== 0) throw new Error(`test:release: its tools must install; npm says:\n${output}`);
  writeFileSync(done, manifest);
}

/** @param {"verdaccio" | "bun"} name @returns {string} the file to run: Verdaccio's with Node, Bun's by itself */
export function toolPath(name) {
  return name === "verdaccio"
    ? join(folder, "node_modules/verdaccio/bin/verdaccio")
    : join(folder, "node_modules", bun, "bin", process.platform === "win32" ? "bun.exe" : "bun");
}
