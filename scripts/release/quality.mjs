// npm run check:packages: what can be said of the packages without installing them: they build, publint and are-the-types-wrong find nothing, source maps lead to
// sources that are packed, the exported surface is the one that is committed, nothing that a page imports leads to Node, imports are within their budgets.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bin, manifest, published, publishedPackages, root } from "../workspace.mjs";
import { apiProgram, checkApi } from "./api.mjs";
import { checkBudgets } from "./budgets.mjs";
import { Checks } from "./checks.mjs";
import { checkNodeFree } from "./node-free.mjs";

/**
 * The packages must have been built.
 * @param {Checks} checks
 * @param {{ api?: "exact" | "unbroken" | "unread" }} [how] exact: new exports must be written down too; unread: npm test, since a branch may change exports, which a release may not by accident
 */
export async function checkQuality(checks, { api = "unbroken" } = {}) {
  const temporary = mkdtempSync(join(tmpdir(), "x-quality-"));
  try {
    for (const folder of published) checkPackage(checks, folder, temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  if (api !== "unread") {
    const program = apiProgram();
    for (const folder of publishedPackages) checkApi(checks, program, folder, { exact: api === "exact" });
  }
  await checkNodeFree(checks);
  const over = await checkBudgets();
  checks.note("imports are within their budgets", over.length === 0 ? undefined : over.join("\n"));
}

/** @param {Checks} checks @param {string} folder @param {string} temporary */
function checkPackage(checks, folder, temporary) {
  const { name } = manifest(folder);
  const packed = checks.command(`${name}: npm pack`, "npm", [
    "pack",
    "--json",
    "--pack-destination",
    temporary,
    "-w",
    name,
  ]);
  if (packed === undefined) return;
  const [{ filename, files, size }] = JSON.parse(packed);
  const tarball = join(temporary, filename.replace("@", "").replace("/", "-"));
  checks.command(`${name}: publint`, bin("publint"), ["--strict", tarball]);
  if (manifest(folder).exports !== undefined)
    checks.command(`${name}: attw`, bin("attw"), ["--profile", "esm-only", "--no-color", tarball]);
  const paths = files.map((/** @type {{ path: string }} */ { path }) => path);
  console.log(`      ${name}: ${paths.length} files, ${(size / 1000).toFixed(0)} kB packed`);
  const lost = lostSources(join(root, "packages", folder), paths);
  checks.note(`${name}: source maps lead to packed sources`, lost.length === 0 ? undefined : lost.join("\n"));
  const stale = paths.filter((/** @type {string} */ path) => !hasSource(join(root, "packages", folder), path));
  checks.note(`${name}: packs nothing that has no source any more`, stale.length === 0 ? undefined : stale.join("\n"));
  for (const wanted of ["README.md", "LICENSE", "package.json"])
    checks.holds(`${name}: packs ${wanted}`, paths.includes(wanted), () => `It packs ${paths.length} other files.`);
}

/** Whether a file of dist/ was made of one that is there: an earlier build may have left more, but in dist/browser/, which each build empties. @param {string} folder @param {string} path */
function hasSource(folder, path) {
  if (path.startsWith("dist/browser/")) return true;
  const module = /^dist\/(.*?)(?:\.d)?\.[jt]s(?:\.map)?$/.exec(path)?.[1];
  if (module === undefined) return !path.startsWith("dist/");
  return [".ts", ".js", ".d.ts"].some((ending) => existsSync(join(folder, "src", module + ending)));
}

/** @param {string} folder @param {string[]} packed @returns {string[]} */
function lostSources(folder, packed) {
  const known = new Set(packed);
  return packed
    .filter((path) => path.endsWith(".map"))
    .flatMap((path) => {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, path), "utf8"));
      const missing = sources.filter(
        (/** @type {string} */ source, /** @type {number} */ i) =>
          !sourcesContent?.[i] &&
          !known.has(relative(folder, join(folder, dirname(path), source)).replaceAll("\\", "/")),
      );
      return missing.map((/** @type {string} */ source) => `${path} names ${source}, which is not packed`);
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({ options: { "skip-api": { type: "boolean" } } });
  const checks = new Checks();
  if (checks.command("build", process.execPath, ["scripts/turbo.mjs", "run", "build"]) !== undefined)
    await checkQuality(checks, { api: values["skip-api"] ? "unread" : "unbroken" });
  checks.finish("check:packages");
}
