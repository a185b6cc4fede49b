// The Markdown files of the project that tests read: what they say must be true.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const packages = ["base", "kernels-wgsl", "kernels-wasm", "tensor", "nn", "mamba2"];

/** README.md, docs/ and the packages' READMEs, as paths from the project's root. */
export function guides(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort();
  return ["README.md", ...docs, ...packages.map((name) => `packages/${name}/README.md`)];
}

/** The text of a file of the project. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
