// npm run layers: no import against the arrows of ARCHITECTURE.md, and none that goes round; docstrings that say what they must. turbo checks declared dependencies against the tags of each package's
// turbo.json, and undeclared or escaping imports; it lets @x/testing through everywhere, so this adds: tests only.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, publishedPackages, root, run } from "./workspace.mjs";

const { status } = run(bin("turbo"), ["boundaries"]);
const cycles = run(process.execPath, ["scripts/cycles.mjs", "packages", "apps", "scripts"]);
const docstrings = run(process.execPath, ["scripts/docstrings.mjs"]);
let offenders = 0;
for (const name of publishedPackages) {
  const folder = join(root, "packages", name, "src");
  for (const path of /** @type {string[]} */ (readdirSync(folder, { recursive: true })).filter((file) =>
    /\.[cm]?[jt]s$/.test(file),
  )) {
    const text = readFileSync(join(folder, path), "utf8");
    if (/["']@x\/testing/.test(text)) {
      console.error(`packages/${name}/src/${path}: only tests may import @x/testing.`);
      offenders++;
    }
    if (/\bfrom "@x\/(?:tensor|nn)"/.test(text)) {
      console.error(
        `packages/${name}/src/${path}: must import @x/tensor/core and @x/nn/core, so that a page holds only what it uses.`,
      );
      offenders++;
    }
  }
}
process.exit(status === 0 && cycles.status === 0 && docstrings.status === 0 && offenders === 0 ? 0 : 1);
