// npm run wgsl:diff REF — writes the golden shaders anew and shows how they differ from those of a commit (default HEAD). A refactor shows nothing.
import { spawnSync } from "node:child_process";

const reference = process.argv[2] ?? "HEAD";
/** @param {string} command @param {readonly string[]} args */
const run = (command, args) =>
  spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" }).status ?? 1;
if (run("npm", ["run", "--silent", "wgsl:update"]) !== 0) process.exit(1);
process.exit(run("git", ["diff", "--stat", "--patch", "--exit-code", reference, "--", "packages/testing/golden"]));
