// npm run lines [-- REV]: lines of src by package that are neither blank nor comment, of the working tree or of a revision.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.mjs";

const revision = process.argv[2];
/** @param {string[]} args @returns {string} */
const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });

/** @param {string} text @returns {number} */
function codeLines(text) {
  let [count, inComment] = [0, false];
  for (const line of text.split("\n").map((one) => one.trim())) {
    const opens = line.startsWith("/*");
    if (!inComment && !opens && line !== "" && !line.startsWith("//")) count++;
    if (opens || inComment) inComment = !line.includes("*/");
  }
  return count;
}

const listed = revision === undefined ? git("ls-files") : git("ls-tree", "-r", "--name-only", revision);
/** @type {Map<string, number>} */
const counts = new Map();
for (const file of listed.split("\n")) {
  const [, name] = /^(?:packages|apps)\/([^/]+)\/src\/.*\.(?:ts|mjs)$/.exec(file) ?? [];
  if (name === undefined) continue;
  const text = revision === undefined ? readFileSync(join(root, file), "utf8") : git("show", `${revision}:${file}`);
  counts.set(name, (counts.get(name) ?? 0) + codeLines(text));
}
for (const [name, count] of counts) console.log(`${name.padEnd(14)}${String(count).padStart(7)}`);
console.log(`${"together".padEnd(14)}${String([...counts.values()].reduce((a, b) => a + b, 0)).padStart(7)}`);
