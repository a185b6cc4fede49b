#!/usr/bin/env node
// npm create @x/app FOLDER: copies the template, in the versions of this package, and installs what it needs.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const usage = "npm create @x/app FOLDER [-- --no-install]";

/** @param {string} sentence @returns {never} */
function refuse(sentence) {
  console.error(`create-app: ${sentence}\n${usage}`);
  process.exit(2);
}

/** @returns {{ folder: string, install: boolean }} */
function request() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { "no-install": { type: "boolean" }, help: { type: "boolean" } },
    });
    if (values.help) {
      console.log(`${usage}\nWrites a page that trains a language model and talks with it.`);
      process.exit(0);
    }
    if (positionals.length !== 1) refuse(`must be given one folder; got ${positionals.length}.`);
    return { folder: resolve(positionals[0] ?? ""), install: values["no-install"] !== true };
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

const { folder, install } = request();
if (existsSync(folder) && readdirSync(folder).length > 0)
  refuse(`${folder} must be empty or not there yet; it holds ${readdirSync(folder).length} files.`);
const own = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
cpSync(fileURLToPath(new URL("../template", import.meta.url)), folder, { recursive: true });
renameSync(join(folder, "gitignore"), join(folder, ".gitignore")); // npm packs no .gitignore
const path = join(folder, "package.json");
const manifest = JSON.parse(readFileSync(path, "utf8"));
manifest.name =
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "") || "my-app";
for (const name of Object.keys(manifest.dependencies)) manifest.dependencies[name] = own.version;
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
if (install) {
  const windows = process.platform === "win32";
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: "inherit",
    shell: windows,
  });
  if (status !== 0) process.exit(status ?? 1);
}
console.log(
  `\n${folder} is there. Now:\n\n  ${install ? "" : `npm install --prefix ${folder} && `}npm start --prefix ${folder}\n`,
);
