// The part of a package's build that is for pages without a bundler: dist/browser/ has a minified file for each import path that a page can have, and beside them a chunk of what they share, chunks
// that methods load, and source maps that hold their sources. npm's packages are inside; the other packages of the family stay imports, which an import map names. Run in the package's folder.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, defaultClientConditions } from "vite";

/** @typedef {{ name: string, exports: Record<string, { "@x/source"?: string }>, imports?: Record<string, { "@x/source": string, browser?: string }>, dependencies?: Record<string, string> }} Manifest */

/** Import paths that a page can have, by the names of their files in dist/browser/. @param {Manifest} manifest @returns {{ name: string, source: string }[]} */
export function browserEntries({ exports }) {
  return Object.entries(exports).flatMap(([path, { "@x/source": source }]) =>
    source === undefined || path === "./node" ? [] : [{ name: path === "." ? "index" : path.slice(2), source }],
  );
}

/** What `imports` of a package gives pages out of dist/browser/: libraries of npm. @param {Manifest} manifest @returns {{ name: string, source: string }[]} */
function libraries({ imports = {} }) {
  return Object.values(imports).flatMap(({ "@x/source": source, browser }) => {
    const name = /^\.\/dist\/browser\/(.+)\.js$/.exec(browser ?? "")?.[1];
    return name === undefined ? [] : [{ name, source }];
  });
}

/** @param {string} folder of a package @param {string} outDir emptied first @returns {Promise<void>} */
export async function buildForBrowsers(folder, outDir) {
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name, dependencies = {} } = manifest;
  const foreign = Object.keys(dependencies).some((one) => !one.startsWith("@x/"));
  const entries = [...browserEntries(manifest), ...libraries(manifest)];
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    base: "./",
    resolve: { conditions: ["@x/source", ...defaultClientConditions] },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      // a library, whose import() is left as it is written
      lib: {
        entry: Object.fromEntries(entries.map((entry) => [entry.name, join(folder, entry.source)])),
        formats: ["es"],
      },
      sourcemap: true,
      license: foreign && { fileName: "LICENSES.md" },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        // what several entries share is in one chunk, so that a page makes few requests: then some code comes sooner than an import() asks for it
        checks: { pluginTimings: false, ineffectiveDynamicImport: false },
        external: (id) => id === "webgpu" || (id.startsWith("@x/") && id !== name && !id.startsWith(`${name}/`)),
        output: {
          minify: true,
          entryFileNames: "[name].js",
          chunkFileNames: "chunks/[name].js",
          codeSplitting: {
            groups: [{ name: "shared", minShareCount: 2, test: (id) => !/node_modules|\/libraries\//.test(id) }],
          },
        },
      },
    },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  await buildForBrowsers(process.cwd(), join(process.cwd(), "dist/browser"));
