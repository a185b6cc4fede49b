// Writes every golden shader of this source tree into a JSON file, [{ key, text }, …]. `npm run wgsl:diff` runs it in the trees of two revisions.
import { writeFileSync } from "node:fs";
import { allGoldenShaders } from "./files.ts";

const path = process.argv[2];
if (path === undefined) throw new Error("generate: must be given the file to write.");
const shaders = [...allGoldenShaders().values()].flat();
writeFileSync(path, JSON.stringify(shaders.map(({ key, text }) => ({ key, text }))));
