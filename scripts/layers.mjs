// npm run layers: no import against the arrows of ARCHITECTURE.md. turbo checks declared dependencies against the tags of each package's
// turbo.json, and undeclared or escaping imports; it lets @x/testing through everywhere, so this adds: tests only.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, publishedPackages, root, run } from "./workspace.mjs";

const { status } = run(bin("turbo"), ["boundaries"]);
let offenders = 0;
for (const name of publishedPackages) {
  const folder = join(root, "packages", name, "src");
  for (const path of /** @type {string[]} */ (readdirSync(folder, { recursive: true })).filter((file) =>
    /\.[cm]?[jt]s$/.test(file),
  )) {
    if (!/["']@x\/testing/.test(readFileSync(join(folder, path), "utf8"))) continue;
    console.error(`packages/${name}/src/${path}: only tests may import @x/testing.`);
    offenders++;
  }
}
process.exit(status === 0 && offenders === 0 ? 0 : 1);
