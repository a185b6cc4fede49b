// The part of npm run test:release that installs each package alone into a fresh folder: the program of its README has types, and runs in Node, Deno and Bun; its
// commands answer; and a page that Vite builds of the same program runs in Chromium under a strict content security policy.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { denoPath } from "../../packages/testing/src/deno/path.mjs";
import { firstProgram } from "../../packages/testing/src/code-blocks.mjs";
import { gpuEnv } from "../../packages/testing/src/gpu-env.mjs";
import { bin, manifest, root, run } from "../workspace.mjs";
import { installArguments, writeFolder } from "./folders.mjs";
import { checkPage } from "./page.mjs";
import { toolPath } from "./tools.mjs";

const compilerOptions = {
  module: "nodenext",
  target: "es2022",
  lib: ["es2023", "dom", "esnext.disposable"],
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  outDir: "compiled",
};

/**
 * @param {import("./checks.mjs").Checks} checks @param {string} folder of packages/
 * @param {{ folder: string, registry: import("./registry.mjs").Registry, version: string, browser: import("playwright-core").Browser }} where
 */
export async function checkAlone(checks, folder, { folder: parent, registry, version, browser }) {
  const { name, bin: commands = {} } = manifest(folder);
  const { webgpu } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
  const home = join(parent, `alone-${folder}`);
  const program = firstProgram(readFileSync(join(root, "packages", folder, "README.md"), "utf8"));
  if (program === undefined) throw new Error(`packages/${folder}/README.md: must hold a \`\`\`ts program; got none.`);
  const used = /from "@x\//.test(program) ? { [name]: version } : {};
  writeFolder(
    home,
    registry,
    { ...used, webgpu },
    {
      "program.ts": program,
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["program.ts"] }),
    },
  );
  const options = { cwd: home, env: gpuEnv() };
  if (checks.command(`${name}: npm install`, "npm", installArguments, options) === undefined) return;
  const printed = (/** @type {string} */ runtime, /** @type {string} */ command, /** @type {string[]} */ args) => {
    const output = checks.command(`${name}: README program in ${runtime}`, command, args, options);
    if (output?.trim() === "") checks.note(`${name}: it prints something in ${runtime}`, "It printed nothing.");
  };
  if (checks.command(`${name}: README program has types`, bin("tsc"), ["-p", home], options) !== undefined)
    printed("Node", process.execPath, ["compiled/program.js"]);
  printed("Deno", denoPath(), [
    "run",
    "--no-check",
    "--allow-all",
    "--node-modules-dir=manual",
    "--no-remote",
    "program.ts",
  ]);
  const bun = run(toolPath("bun"), ["--version"], { stdio: "pipe" });
  if (bun.status === 0) printed(`Bun ${bun.output.trim()}`, toolPath("bun"), ["program.ts"]);
  else console.log(`LEFT OUT ${name}: README program in Bun, which does not run on this machine: ${bun.output.trim()}`);
  for (const command of Object.keys(commands))
    checks.command(`${name}: ${command} --help`, join(home, "node_modules/.bin", command), ["--help"], options);
  writeFileSync(
    join(home, "index.html"),
    "<!doctype html><title>README</title>\n<script type=module src=/page.ts></script>\n",
  );
  // The document says how the program ended; what it printed is in the console.
  writeFileSync(
    join(home, "page.ts"),
    'import("./program.ts").then(\n  () => (document.title = "ended"),\n  (error) => (document.title = `failed: ${error.stack}`),\n);\n',
  );
  await checkPage(checks, `${name}: README program as a page`, { home, browser });
}
