// The API reference: TypeDoc reads the packages' sources and docstrings, its Markdown becomes pages like all others.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { Application } from "typedoc";
import { root } from "./root.ts";

/** Import paths that are documented, and their sources. `@x/tensor/core` has the names of `@x/tensor`. */
export function entryPoints(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of ["tensor", "nn", "mamba2", "kernels-wgsl", "kernels-wasm", "base"]) {
    const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
      exports: Record<string, string | Record<string, string>>;
    };
    for (const [path, target] of Object.entries(exports))
      if (typeof target === "object" && path !== "./core")
        found.set(posix.join(`@x/${name}`, path), posix.join(`packages/${name}`, target["@x/source"]!));
  }
  return found;
}

/** A page of the reference. */
export interface ApiPage {
  /** the path that its Markdown would have, for its links */
  readonly source: string;
  readonly url: string;
  readonly title: string;
  /** import path that it belongs to; undefined: the list of all */
  readonly entry: string | undefined;
  readonly text: string;
}

const out = ".cache/docs-api";

/**
 * Runs TypeDoc.
 *
 * @throws Error when a docstring names what does not exist, or TypeDoc fails
 */
export async function apiPages(): Promise<ApiPage[]> {
  const entries = entryPoints();
  rmSync(join(root, out), { recursive: true, force: true });
  mkdirSync(join(root, out), { recursive: true });
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...entries.values()].map((file) => join(root, file)),
    tsconfig: join(root, "tsconfig.json"), // the packages, with every file of theirs
    plugin: ["typedoc-plugin-markdown"],
    skipErrorChecking: true, // tsc has done it
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    readme: "none",
    logLevel: "Warn",
    outputs: [{ name: "markdown", path: join(root, out) }],
    ...({
      hideBreadcrumbs: true,
      hidePageHeader: true,
      useCodeBlocks: true,
      parametersFormat: "table",
      indexFormat: "table",
      outputFileStrategy: "members",
    } as object),
  });
  const project = await app.convert();
  if (!project) throw new Error("TypeDoc could not read the packages; see above.");
  if (app.logger.hasWarnings() || app.logger.hasErrors())
    throw new Error("The docstrings must give TypeDoc nothing to warn of; see above.");
  await app.generateOutputs(project);
  return readdirSync(join(root, out), { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => pageOf(file, entries));
}

function pageOf(file: string, entries: ReadonlyMap<string, string>): ApiPage {
  const text = readFileSync(join(root, out, file), "utf8");
  const folders = dirname(file);
  const entry = [...entries.keys()]
    .sort((a, b) => b.length - a.length)
    .find((path) => `${folders}/`.startsWith(`${folderOf(path)}/`));
  const url = `api/${file
    .replace("/src/", "/")
    .replace(/README\.md$/, "index.md")
    .replace(/\.md$/, ".html")}`;
  const title = (/^# (.+)$/m.exec(text)?.[1] ?? file).replace(/\\/g, "");
  return { source: `${out}/${file}`, url, title, entry, text };
}

/** TypeDoc names a module by the folders of its source. */
function folderOf(path: string): string {
  const [, name, ...rest] = path.split("/");
  return [name, "src", ...rest].join("/");
}
