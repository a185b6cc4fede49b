// Fresh folders with packages of the registry in them, as a user's first project.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Arguments of an install in such a folder. */
export const installArguments = ["install", "--no-audit", "--no-fund", "--prefer-offline"];

/**
 * @param {string} home @param {import("./registry.mjs").Registry} registry @param {Record<string, string>} dependencies
 * @param {Record<string, string>} [files] by path
 */
export function writeFolder(home, registry, dependencies, files = {}) {
  const manifest = { private: true, type: "module", dependencies, allowScripts: { webgpu: false, esbuild: false } };
  const all = { ".npmrc": registry.npmrc, "package.json": JSON.stringify(manifest), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}
