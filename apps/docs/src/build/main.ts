// npm run docs:build [-- --no-api] [--out DIR] [--repository URL]
// URL is where files of the repository are read, such as https://github.com/owner/name/blob/main; without it links to files that are no pages are plain text.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { app } from "./root.ts";
import { buildSite } from "./site.ts";

try {
  const { values } = parseArgs({
    options: { "no-api": { type: "boolean" }, out: { type: "string" }, repository: { type: "string" } },
  });
  const out = values.out === undefined ? resolve(app, "dist") : resolve(values.out);
  const { pages, seconds } = await buildSite({ out, api: !values["no-api"], repository: values.repository });
  console.log(`${pages} pages in ${out}, ${seconds.toFixed(1)} s; no dead link.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
