// The site's scripts, and the library as modules for live code: a file per import path, with what they share in chunks.
import { join } from "node:path";
import { build, defaultClientConditions, type InlineConfig } from "vite";
import { entryPoints } from "./api.ts";
import { app, root } from "./root.ts";

/** Import paths that a page can have: those without Node. */
export function liveModules(): Map<string, { readonly file: string; readonly source: string }> {
  const entries = new Map(entryPoints());
  entries.delete("@x/mamba2/node");
  entries.set("@x/tensor/core", "packages/tensor/src/core.ts");
  return new Map(
    [...entries].map(([path, source]) => {
      const name = path.slice("@x/".length).replaceAll("/", "-");
      return [path, { file: `${name}.js`, source: join(root, source) }];
    }),
  );
}

const shared = {
  configFile: false,
  logLevel: "warn",
  base: "./",
  resolve: { conditions: ["@x/source", ...defaultClientConditions] },
} as const satisfies InlineConfig;

const options = { target: "es2022", emptyOutDir: false, reportCompressedSize: false, modulePreload: false } as const;

/** Builds both into `out`/assets and `out`/lib. */
export async function buildClient(out: string): Promise<void> {
  const modules = liveModules();
  const files = Object.fromEntries([...modules].map(([path, { file }]) => [path, file]));
  const client = join(app, "src/client");
  await build({
    ...shared,
    root: client,
    define: { LIVE_MODULES: JSON.stringify(files) },
    build: {
      ...options,
      outDir: join(out, "assets"),
      assetsDir: ".",
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: {
          page: join(client, "page.ts"),
          theme: join(client, "theme.ts"),
          "live-worker": join(client, "worker.ts"),
        },
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  await build({
    ...shared,
    root: app,
    build: {
      ...options,
      outDir: join(out, "lib"),
      assetsDir: ".",
      rolldownOptions: {
        checks: { pluginTimings: false },
        input: Object.fromEntries([...modules].map(([, { file, source }]) => [file.replace(/\.js$/, ""), source])),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  });
}
