// The program that opens each package's README runs as it stands, from source, and is short.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { firstProgram } from "../src/code-blocks.mjs";

const packages = ["base", "kernels-wgsl", "kernels-wasm", "tensor", "nn", "mamba2"];
const maximumLines = 25;

const root = join(import.meta.dirname, "../../..");
const folder = join(root, ".cache/readme"); // inside the repository, so that imports of @x/… resolve

test.each(packages)("README of @x/%s", { timeout: 180_000 }, (name) => {
  const program = firstProgram(readFileSync(join(root, "packages", name, "README.md"), "utf8"));
  if (program === undefined) throw new Error(`packages/${name}/README.md: must hold a \`\`\`ts program; got none.`);
  expect(program.trimEnd().split("\n").length).toBeLessThanOrEqual(maximumLines);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, program);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=@x/source", "--import=tsx", path], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status, `${program}\n${stdout}${stderr}`).toBe(0);
  expect(stdout.trim(), "the program must print something").not.toBe("");
});
