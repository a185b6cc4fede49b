// The page: static files that run from any web server. Two documents, the kernels' and the model's.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";
import { peersPlugin } from "./peers-plugin.mjs";

const root = dirname(fileURLToPath(import.meta.url));
// Finer timers where the server can say so.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const { version, repository } = JSON.parse(
  readFileSync(resolve(root, "../../packages/kernels-wgsl/package.json"), "utf8"),
) as { version: string; repository?: { url: string } };

const modelWorker = resolve(root, "src/model/worker.ts");

/** Whether a module is of the part of the library that workers load at once. */
function isLibrary(id: string): boolean {
  return (
    /packages\/\w[\w-]*\/src\//.test(id) &&
    !/mamba2\/src\/(chat\/|hub\/|hub\.ts|libraries\/|tokenizer\/(?!tokenizer\.ts))|default-cache/.test(id)
  );
}

export default defineConfig({
  root,
  base: "./",
  resolve: { conditions: ["@x/source", ...defaultClientConditions] },
  plugins: [peersPlugin(resolve(root, "peers"))],
  worker: {
    format: "es",
    rolldownOptions: {
      checks: { pluginTimings: false },
      // A worker's own file has the page's query in its address. Were the model's to hold what parts that are loaded on request need too, they would load it again, without
      // the query, and there would be two of everything: so the library gets a file of its own, without its parts that are loaded on request.
      output: {
        codeSplitting: {
          groups: [{ name: (id, context) => (isLibrary(id) && context.getModuleInfo(modelWorker) ? "library" : null) }],
        },
      },
    },
    plugins: () => [peersPlugin(resolve(root, "peers"))],
  },
  define: {
    libraryVersion: JSON.stringify(version),
    repositoryUrl: JSON.stringify(repository?.url.replace(/^git\+|\.git$/g, "") ?? ""),
  },
  server: { headers },
  preview: { headers },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    reportCompressedSize: false,
    modulePreload: false, // what is loaded on request has no parts of its own
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: resolve(root, "index.html"), model: resolve(root, "model.html") },
    },
  },
});
