// npm run wgsl:diff -- REV: how the shaders that this tree generates differ from those that a revision (default HEAD) generates, in every
// configuration. Nothing has to be committed. Ends with 1 when they differ.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fromSource, root, run } from "./workspace.mjs";

const generator = "packages/testing/src/golden/generate.ts";
/** In place of the generator, in revisions that have only the function. */
const earlierGenerator = `
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { writeFileSync } from "node:fs";
import { goldenShaders, primitivesOf } from "../index.ts";
const kernels = [...goldenShaders([...primitivesOf(tensor), ...primitivesOf(nn)]).values()];
writeFileSync(process.argv[2], JSON.stringify(kernels.flatMap((shaders) => [...shaders].map(([key, text]) => ({ key, text })))));
`;

const revision = process.argv[2] ?? "HEAD";
const temporary = mkdtempSync(join(tmpdir(), "wgsl-diff-"));
try {
  const before = shadersOf(checkOut(revision));
  const after = shadersOf(root);
  process.exitCode = report(before, after) === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function mustRun(command, args, cwd = root) {
  const { status, output } = run(command, args, { cwd, stdio: "pipe" });
  if (status !== 0) throw new Error(`wgsl:diff: must end with 0: ${command} ${args.join(" ")}\n${output}`);
}

/** The packages of a revision beside the installed dependencies. @param {string} rev @returns {string} the folder */
function checkOut(rev) {
  const tree = join(temporary, "tree");
  const archive = join(temporary, "tree.tar");
  const left = ["golden", "fixtures*"].map((name) => `:(glob,exclude)packages/testing/${name}/**`);
  mkdirSync(join(tree, "node_modules/@x"), { recursive: true });
  mustRun("git", ["archive", `--output=${archive}`, rev, "--", "package.json", "packages", ...left]);
  mustRun("tar", ["-xf", archive, "-C", tree]);
  const link = (/** @type {string} */ from, /** @type {string} */ to) =>
    symlinkSync(from, join(tree, "node_modules", to), "junction");
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== "@x") link(join(root, "node_modules", name), name);
  for (const name of readdirSync(join(tree, "packages"))) link(join(tree, "packages", name), `@x/${name}`);
  return tree;
}

/** @param {string} tree @returns {Map<string, string>} kernel and configuration → shader */
function shadersOf(tree) {
  const json = join(temporary, "shaders.json");
  if (!existsSync(join(tree, generator))) {
    mkdirSync(join(tree, dirname(generator)), { recursive: true });
    writeFileSync(join(tree, generator), earlierGenerator);
  }
  mustRun(process.execPath, [...fromSource, generator, json], tree);
  /** @type {{ key: string, text: string }[]} */
  const shaders = JSON.parse(readFileSync(json, "utf8"));
  return new Map(shaders.map(({ key, text }) => [key, text]));
}

/** The first line of a shader repeats the kernel's name. @param {string} text */
function withoutName(text) {
  return text.replace(/^\/\/ \w+\n/, "");
}

/**
 * Prints a unified diff for each configuration; one that changes exactly as an earlier one is only named.
 * @param {Map<string, string>} before @param {Map<string, string>} after @returns {number} how many differ
 */
function report(before, after) {
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
  for (const [side, shaders] of /** @type {const} */ ([
    ["a", before],
    ["b", after],
  ])) {
    mkdirSync(join(temporary, side));
    for (const [i, key] of keys.entries())
      if (shaders.has(key)) writeFileSync(join(temporary, side, `${i}.wgsl`), withoutName(shaders.get(key) ?? ""));
  }
  // Git finds renames: a configuration with a new name and the same shader.
  const { output } = run("git", ["diff", "--no-index", "--find-renames=100%", "a", "b"], {
    cwd: temporary,
    stdio: "pipe",
  });
  /** @type {Map<string, { change: string, places: string[] }>} by the change without its line numbers */
  const changes = new Map();
  for (const section of output.split(/^(?=diff --git )/m).filter((text) => text.startsWith("diff --git "))) {
    const [from = "", to = ""] = [...section.matchAll(/(?<=\/)\d+(?=\.wgsl)/g)].map(([i]) => keys[Number(i)] ?? "");
    const hunks = section.search(/^@@ /m);
    const change = hunks < 0 ? "the same shader" : section.slice(hunks);
    const place =
      from !== to ? `${from} is now ${to}` : !before.has(to) ? `new: ${to}` : after.has(to) ? to : `gone: ${to}`;
    const key = change.replace(/^@@ .*$/gm, "@@");
    changes.set(key, { change, places: [...(changes.get(key)?.places ?? []), place] });
  }
  for (const { change, places } of changes.values()) {
    const [first, ...others] = places;
    console.log(`=== ${first}\n${change.trimEnd()}`);
    for (const other of others) console.log(`=== alike: ${other}`);
    console.log();
  }
  console.log(`${after.size} configurations here, ${before.size} at ${revision}: ${keys.length} differ.`);
  return keys.length;
}
