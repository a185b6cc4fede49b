// npm run release:repository -- URL: writes where the public repository is into every published package: `repository`, `homepage` and `bugs`. Only the publisher knows it, so it is in no
// file before, and release:publish asks for it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { manifest, published, root } from "../workspace.mjs";

/** What a package says of the public repository. @param {string} url without a slash at its end @param {string} folder of packages/ */
function fieldsOf(url, folder) {
  return {
    homepage: `${url}/tree/main/packages/${folder}#readme`,
    bugs: { url: `${url}/issues` },
    repository: { type: "git", url: `git+${url}.git`, directory: `packages/${folder}` },
  };
}

/** Fields that npm shows to whoever looks for a package. */
const shown = ["author", "license", "keywords", "repository", "homepage", "bugs"];

/** Packages that lack such a field. @returns {string[]} a sentence each */
export function withoutRepository() {
  return published.flatMap((folder) => {
    const fields = manifest(folder);
    const missing = shown.filter((field) => !fields[field]);
    return missing.length === 0 ? [] : [`${fields.name} must say its ${missing.join(", ")}`];
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [given = "", ...more] = process.argv.slice(2);
  const url = /^https:\/\/[\w.-]+(?:\/[\w.-]+){2,}$/.test(given) ? given.replace(/\.git$/, "") : undefined;
  if (url === undefined || more.length > 0) {
    console.error(
      `release:repository: must be given the address of the public repository, such as https://github.com/OWNER/NAME; got "${process.argv.slice(2).join(" ")}".`,
    );
    process.exit(2);
  }
  for (const folder of published) {
    const content = { ...manifest(folder), ...fieldsOf(url, folder) };
    writeFileSync(join(root, "packages", folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
  }
  console.log(`${published.length} packages name ${url}`);
}
