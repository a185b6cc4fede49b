// A program of the repository as one JavaScript file, for tests that start it many times: it starts in a tenth of the time that reading every source takes.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultClientConditions, defaultServerConditions } from "vite";

const cache = fileURLToPath(new URL("../../../node_modules/.cache/x-bundles/", import.meta.url));

/** After so long no test uses a bundle any more. */
const staleMs = 3 * 3600_000;

const programs = new Map<string, Promise<string>>();

/**
 * Bundles a TypeScript entry with the packages' sources; npm's packages stay imports. Returns the path of the file, in a folder of its own, which a later process removes.
 * One bundle for all test files that a worker runs.
 */
export function bundleProgram(entry: string): Promise<string> {
  const program = programs.get(entry) ?? buildProgram(entry);
  programs.set(entry, program);
  return program;
}

async function buildProgram(entry: string): Promise<string> {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > staleMs) rmSync(folder, { recursive: true, force: true });
  }
  const outDir = mkdtempSync(join(cache, `${basename(entry, ".ts")}-`));
  await build({
    configFile: false,
    logLevel: "warn",
    resolve: { conditions: ["@x/source", ...defaultServerConditions] },
    ssr: { resolve: { conditions: ["@x/source", ...defaultServerConditions] } },
    build: {
      ssr: entry,
      target: "node20",
      outDir,
      minify: false,
      rolldownOptions: { output: { entryFileNames: "program.mjs" } },
    },
  });
  return join(outDir, "program.mjs");
}

/** Bundles a TypeScript entry with everything it imports into one module for a page or its worker. Returns the path of the file, in a folder of its own. */
export function bundleModule(path: string): Promise<string> {
  return bundleAll(path, "es", "module.js");
}

/** {@link bundleModule} as a script that gives a page its exports as the global `library`. */
export function bundleForPage(entry: URL): Promise<string> {
  return bundleAll(fileURLToPath(entry), "iife", "page.js");
}

async function bundleAll(path: string, format: "es" | "iife", name: string): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, `${basename(path, ".ts")}-`));
  await build({
    configFile: false,
    logLevel: "error", // import.meta of code that does not run is none here,
    resolve: { conditions: ["@x/source", ...defaultClientConditions] },
    build: {
      lib: { entry: path, formats: [format], name: "library", fileName: () => name },
      target: "es2022",
      outDir,
      minify: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  return join(outDir, name);
}
