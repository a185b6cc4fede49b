// npm run release:version [-- --pre TAG | --pre-exit]: applies the changesets: versions of all packages, changelogs, the lock file; writes down what the packages now export,
// after a check that nothing is gone that was. `--pre next` first turns to pre-releases of that tag (0.2.0-next.0, -next.1 …), `--pre-exit` back. Commits nothing.
import { parseArgs } from "node:util";
import { bin, publishedPackages, run } from "../workspace.mjs";
import { apiProgram, checkApi, writeApi } from "./api.mjs";
import { Checks } from "./checks.mjs";

const { values } = parseArgs({ options: { pre: { type: "string" }, "pre-exit": { type: "boolean" } } });
if (values.pre !== undefined && values["pre-exit"]) {
  console.error("release:version: must be given one of --pre TAG and --pre-exit; got both.");
  process.exit(2);
}

/** Ends the process when a command fails. @param {string} command @param {string[]} args */
function step(command, ...args) {
  const { status } = run(command, args);
  if (status !== 0) process.exit(status);
}

step(process.execPath, "scripts/turbo.mjs", "run", "build");
const checks = new Checks();
const program = apiProgram();
for (const folder of publishedPackages) checkApi(checks, program, folder);
if (checks.failures.length > 0) process.exit(1);
writeApi(program);
if (values.pre !== undefined) step(bin("changeset"), "pre", "enter", values.pre);
if (values["pre-exit"]) step(bin("changeset"), "pre", "exit");
step(bin("changeset"), "version");
// Changesets leaves the lock file behind.
step("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund");
