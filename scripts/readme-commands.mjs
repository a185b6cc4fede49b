// Runs the commands of README.md unchanged, in order, stopping at the first that fails: what a reader would type. CI runs this after npm test.
// `npm ci` and `npm test` are left out: CI has just run both.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codeBlocks } from "../packages/testing/src/code-blocks.mjs";
import { root, run } from "./workspace.mjs";

const done = new Set(["npm ci", "npm test"]);
const commands = codeBlocks(readFileSync(join(root, "README.md"), "utf8"), "sh")
  .flatMap(({ code }) => code.split("\n"))
  .flatMap((line) => line.replace(/\s+#.*$/, "").split("&&"))
  .map((command) => command.trim())
  .filter((command) => command !== "" && !done.has(command));

for (const command of commands) {
  console.log(`\n$ ${command}`);
  const began = Date.now();
  const { status } = run(process.platform === "win32" ? "cmd" : "sh", [
    process.platform === "win32" ? "/c" : "-c",
    command,
  ]);
  console.log(`(${((Date.now() - began) / 1000).toFixed(0)} s)`);
  if (status !== 0) {
    console.error(`README.md: this command must end with 0; it ended with ${status}: ${command}`);
    process.exit(1);
  }
}
console.log(`\nREADME.md: all ${commands.length} commands ran.`);
