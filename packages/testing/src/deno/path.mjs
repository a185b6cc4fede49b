// Where the Deno of the repository's packages is.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const modules = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../node_modules");

/** Deno itself, since npm's command for it turns an abort into status 1. @returns {string} */
export function denoPath() {
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const folder = join(modules, "@deno");
  const platforms = existsSync(folder) ? readdirSync(folder).map((platform) => join(folder, platform, name)) : [];
  return platforms.find((path) => existsSync(path)) ?? join(modules, ".bin/deno");
}
