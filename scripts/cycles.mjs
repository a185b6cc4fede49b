// node scripts/cycles.mjs FOLDER…: fails when imports of sources under these folders form a cycle, type-only imports included. A part of npm run layers.
// oxlint's rule follows relative imports, so it sees one package at a time. That is enough: the layers order the packages.
import { join } from "node:path";
import { bin, root, run } from "./workspace.mjs";

process.exit(
  run(bin("oxlint"), [
    "-c",
    join(root, "scripts/cycles.oxlintrc.json"),

    ...process.argv.slice(2),
  ]).status,
);
