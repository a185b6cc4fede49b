// The golden files: a readable shader per kernel, in its canonical configuration, and one list of digests of all other configurations.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { primitivesOf } from "../cases.ts";
import { type GoldenShader, goldenShaders } from "./shaders.ts";

export const goldenFolder: string = fileURLToPath(new URL("../../golden", import.meta.url));

const digestsFile = "other-configurations.txt";

/** Of every primitive of the tensor and nn packages. */
export function allGoldenShaders(): Map<string, GoldenShader[]> {
  return goldenShaders([...primitivesOf(tensor), ...primitivesOf(nn)]);
}

/** Name of a golden file → its content. */
export function goldenFiles(shaders: ReadonlyMap<string, readonly GoldenShader[]>): Map<string, string> {
  const digests = [...shaders.values()].flatMap(([, ...others]) =>
    others.map(({ key, text }) => `${createHash("sha256").update(text).digest("hex").slice(0, 12)} ${key}\n`),
  );
  const title =
    "# The configurations that have no file of their own: first digits of the shader's SHA-256, kernel, configuration.\n" +
    "# npm run wgsl:diff -- REV shows how the shaders differ from those of a revision, npm run wgsl:update accepts them.\n";
  return new Map([
    ...[...shaders].map(([kernel, [canonical]]): [string, string] => [`${kernel}.wgsl`, readable(canonical!)]),
    [digestsFile, title + digests.join("")],
  ]);
}

function readable({ key, text, primitive, case: name, adapter }: GoldenShader): string {
  return `// Canonical configuration: primitive ${primitive}, case "${name}", adapter ${adapter}.\n// ${key}\n${text.trimEnd()}\n`;
}

export function readGoldenFiles(): Map<string, string> {
  return new Map(readdirSync(goldenFolder).map((name) => [name, readFileSync(join(goldenFolder, name), "utf8")]));
}

/** Writes what differs and removes files of kernels that are gone. Returns the names of the files it touched. */
export function updateGoldenFiles(files: ReadonlyMap<string, string>): string[] {
  const before = readGoldenFiles();
  const changed = [...files].filter(([name, content]) => before.get(name) !== content);
  for (const [name, content] of changed) writeFileSync(join(goldenFolder, name), content);
  const gone = [...before.keys()].filter((name) => !files.has(name));
  for (const name of gone) rmSync(join(goldenFolder, name));
  return [...changed.map(([name]) => name), ...gone];
}

/** What differs between the golden files and those that the code gives: a sentence for each kernel or configuration. */
export function goldenDifferences(want: ReadonlyMap<string, string>, got: ReadonlyMap<string, string>): string[] {
  const names = new Set([...want.keys(), ...got.keys()]);
  return [...names].flatMap((name) => {
    if (want.get(name) === got.get(name)) return [];
    if (name === digestsFile) return digestDifferences(want.get(name) ?? "", got.get(name) ?? "");
    if (!want.has(name)) return [`${name}: has no golden file`];
    return [got.has(name) ? `${name}: the canonical shader differs` : `${name}: no case leads to this kernel`];
  });
}

function digestDifferences(want: string, got: string): string[] {
  const parse = (text: string): Map<string, string> =>
    new Map(text.split("\n").map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]));
  const [before, after] = [parse(want), parse(got)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) =>
      !before.has(key) ? `${key}: new` : after.has(key) ? `${key}: the shader differs` : `${key}: no case leads to it`,
    );
}
