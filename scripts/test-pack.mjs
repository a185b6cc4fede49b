// npm run test:pack: builds and packs every package, checks the tarballs, installs each alone (with those of its own @x dependencies)
// into an empty folder, and type-checks and runs the program of its README there; then builds a page with several bundlers, and checks the declarations
// under several TypeScript versions. Nothing of the repository is on the way.
// Usage: node scripts/test-pack.mjs [PACKAGE FOLDER | bundlers | types]…; without a name all of them
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { firstProgram } from "../packages/testing/src/code-blocks.mjs";
import { gpuEnv } from "../packages/testing/src/gpu-env.mjs";
import { checkBundlers } from "./test-bundlers.mjs";
import { checkTypeScripts } from "./test-typescripts.mjs";
import { bin, publishedPackages, root, run } from "./workspace.mjs";

const chosen = process.argv.slice(2);
const stray = chosen.find((name) => ![...publishedPackages, "bundlers", "types"].includes(name));
if (stray !== undefined) {
  console.error(
    `test:pack: must be given packages (${publishedPackages.join(", ")}), bundlers or types; got "${stray}".`,
  );
  process.exit(2);
}
/** @param {string} name */
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
const temporary = mkdtempSync(join(tmpdir(), "x-pack-"));
/** @type {string[]} */
const failures = [];

/** Runs a command; shows what it said only when it fails. @param {string} what @param {string} command @param {string[]} args @param {Parameters<typeof run>[2]} [options] */
function check(what, command, args, options) {
  return printedBy(what, command, args, options) !== undefined;
}

/** {@link check}, for what the command printed. @param {string} what @param {string} command @param {string[]} args @param {Parameters<typeof run>[2]} [options] */
function printedBy(what, command, args, options) {
  const { status, output } = run(command, args, { stdio: "pipe", ...options });
  note(what, status === 0 ? undefined : output);
  return status === 0 ? output : undefined;
}

/** Says how a check ended. @param {string} what @param {string} [problem] */
function note(what, problem) {
  console.log(`${problem === undefined ? "ok    " : "FAILED"} ${what}`);
  if (problem === undefined) return;
  console.log(problem);
  failures.push(what);
}

/** @param {string} folder */
function manifest(folder) {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
}

/** @param {string} folder @returns {string} where npm pack puts it */
function tarball(folder) {
  const { name, version } = manifest(folder);
  return join(temporary, `${name.slice(1).replace("/", "-")}-${version}.tgz`);
}

/** Folders of the @x packages that a package needs, itself first. @param {string} folder @returns {string[]} */
function closure(folder) {
  const needed = Object.keys(manifest(folder).dependencies ?? {}).filter((name) => name.startsWith("@x/"));
  return [...new Set([folder, ...needed.flatMap((name) => closure(name.slice("@x/".length)))])];
}

/** @param {string} folder */
function checkAlone(folder) {
  const { name, bin: commands = {} } = manifest(folder);
  const home = join(temporary, "alone", folder);
  mkdirSync(home, { recursive: true });
  const webgpu = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.webgpu;
  const dependencies = Object.fromEntries(closure(folder).map((member) => [`@x/${member}`, `file:${tarball(member)}`]));
  writeFileSync(
    join(home, "package.json"),
    JSON.stringify({
      private: true,
      type: "module",
      dependencies: { ...dependencies, webgpu },
      allowScripts: { webgpu: false },
    }),
  );
  const options = { cwd: home, env: gpuEnv() };
  if (!check(`${name}: npm install`, "npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], options))
    return;

  const program = firstProgram(readFileSync(join(root, "packages", folder, "README.md"), "utf8"));
  if (program === undefined) throw new Error(`packages/${folder}/README.md: must hold a \`\`\`ts program; got none.`);
  writeFileSync(join(home, "program.ts"), program);
  const compilerOptions = {
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "dom", "esnext.disposable"],
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  check(`${name}: README program has types`, bin("tsc"), ["-p", home], options);
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(home, "program.js"), outputText);
  check(`${name}: README program runs`, process.execPath, ["program.js"], options);
  for (const command of Object.keys(commands))
    check(`${name}: ${command} --help`, join(home, "node_modules/.bin", command), ["--help"], options);
}

try {
  for (const folder of publishedPackages)
    for (const output of ["dist", ".tsbuildinfo"])
      rmSync(join(root, "packages", folder, output), { recursive: true, force: true });
  if (check("build", process.execPath, ["scripts/turbo.mjs", "run", "build"])) {
    for (const folder of publishedPackages) {
      const { name } = manifest(folder);
      check(`${name}: npm pack`, "npm", ["pack", "--pack-destination", temporary, "-w", name]);
      check(`${name}: publint`, bin("publint"), ["--strict", "--pack", "npm", join("packages", folder)]);
      check(`${name}: attw`, bin("attw"), ["--profile", "esm-only", "--no-color", tarball(folder)]);
    }
    if (failures.length === 0) {
      for (const folder of publishedPackages) if (wanted(folder)) checkAlone(folder);
      const { webgpu } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
      const dependencies = Object.fromEntries(
        publishedPackages.map((member) => [`@x/${member}`, `file:${tarball(member)}`]),
      );
      const shared = { check: printedBy, folder: temporary, dependencies };
      if (wanted("bundlers")) for (const problem of checkBundlers({ ...shared, webgpu })) note(problem, problem);
      const specifiers = publishedPackages.flatMap((folder) =>
        Object.keys(manifest(folder).exports)
          .filter((path) => path !== "./package.json")
          .map((path) => `@x/${folder}${path.slice(1)}`),
      );
      if (wanted("types")) checkTypeScripts({ ...shared, specifiers });
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
console.log(failures.length === 0 ? "test:pack: ok" : `test:pack: ${failures.length} failed: ${failures.join("; ")}`);
process.exitCode = failures.length === 0 ? 0 : 1;
