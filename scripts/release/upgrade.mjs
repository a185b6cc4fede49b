// The part of npm run test:release that upgrades a project from the version before: its program runs before and after, and no package is there twice.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { firstProgram } from "../../packages/testing/src/code-blocks.mjs";
import { root } from "../workspace.mjs";
import { installArguments, writeFolder } from "./folders.mjs";

/**
 * @param {import("./checks.mjs").Checks} checks
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, versions: import("./rehearsal.mjs").Versions }} where
 */
export function checkUpgrade(checks, { folder, registry, versions: { previous, released } }) {
  const home = join(folder, "upgrade");
  const program = firstProgram(readFileSync(join(root, "packages/mamba2/README.md"), "utf8")) ?? "";
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFolder(home, registry, { "@x/mamba2": previous, "@x/tensor": previous }, { "program.js": outputText });
  const options = { cwd: home };
  if (checks.command(`upgrade: npm install of ${previous}`, "npm", installArguments, options) === undefined) return;
  const before = checks.command(
    `upgrade: the program runs with ${previous}`,
    process.execPath,
    ["program.js"],
    options,
  );
  const names = ["@x/mamba2@latest", "@x/tensor@latest"];
  if (
    checks.command("upgrade: npm install @latest", "npm", ["install", ...names, "--no-audit", "--no-fund"], options) ===
    undefined
  )
    return;
  const listed = checks.command("upgrade: npm ls", "npm", ["ls", "--all", "--parseable", "--long"], options) ?? "";
  const ours = listed.split("\n").flatMap((line) => /:(@x\/[^:]+)$/.exec(line.split(":UNDEFINED")[0] ?? "")?.[1] ?? []);
  checks.holds(
    `upgrade: every package of ours is there once, as ${released}`,
    ours.length >= 6 && new Set(ours).size === ours.length && ours.every((one) => one.endsWith(`@${released}`)),
    () => listed,
  );
  const after = checks.command(`upgrade: the program runs with ${released}`, process.execPath, ["program.js"], options);
  checks.holds("upgrade: it prints the same", before === after, () => `before:\n${before}\nafter:\n${after}`);
}
