// The part of a package's build that tsc leaves out: JavaScript files of src, with their declarations, as they are. Run in the package's folder.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

for (const path of /** @type {string[]} */ (readdirSync("src", { recursive: true })).filter((file) =>
  /\.(js|d\.ts)$/.test(file),
)) {
  mkdirSync(dirname(join("dist", path)), { recursive: true });
  copyFileSync(join("src", path), join("dist", path));
}
