// The page: static files that run from any web server. Two documents, the kernels' and the model's.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultClientConditions, defineConfig } from "vite";
import { peersPlugin } from "./peers-plugin.mjs";

const root = dirname(fileURLToPath(import.meta.url));
// Finer timers where the server can say so.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  root,
  base: "./",
  resolve: { conditions: ["@x/source", ...defaultClientConditions] },
  plugins: [peersPlugin(resolve(root, "peers"))],
  worker: {
    format: "es",
    rolldownOptions: { checks: { pluginTimings: false } },
    plugins: () => [peersPlugin(resolve(root, "peers"))],
  },
  server: { headers },
  preview: { headers },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: resolve(root, "index.html"), model: resolve(root, "model.html") },
    },
  },
});
