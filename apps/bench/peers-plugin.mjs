// Vite plugin: the module "virtual:peers" loads the peers that are installed in apps/bench/peers, and says of the others that they are not.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Name of a peer → a file that is there when it is installed, and the expression that loads it. */
const entries = {
  "jax-js": {
    file: "@jax-js/jax/dist/index.js",
    load: (/** @type {(path: string) => string} */ at) => `() => import(${at("@jax-js/jax/dist/index.js")})`,
  },
  tfjs: {
    file: "@tensorflow/tfjs-backend-webgpu/dist/index.js",
    load: (/** @type {(path: string) => string} */ at) =>
      `async () => (await import(${at("@tensorflow/tfjs-core/dist/register_all_gradients.js")}), { core: await import(${at("@tensorflow/tfjs-core/dist/index.js")}), backend: await import(${at("@tensorflow/tfjs-backend-webgpu/dist/index.js")}) })`,
  },
  "onnxruntime-web": {
    file: "onnxruntime-web/dist/ort.webgpu.bundle.min.mjs",
    load: (/** @type {(path: string) => string} */ at) =>
      `() => import(${at("onnxruntime-web/dist/ort.webgpu.bundle.min.mjs")})`,
  },
};

/** @param {string} folder apps/bench/peers @returns {import("vite").Plugin} */
export function peersPlugin(folder) {
  const id = "virtual:peers";
  const included = process.env["BENCH_PEERS"] === "1";
  return {
    name: "bench-peers",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const at = (/** @type {string} */ path) => JSON.stringify(resolve(folder, "node_modules", path));
      const lines = Object.entries(entries).map(([name, { file, load }]) => {
        const installed = included && existsSync(resolve(folder, "node_modules", file));
        return `  ${JSON.stringify(name)}: ${installed ? load(at) : "undefined"},`;
      });
      const versions = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8")).dependencies;
      const named = {
        "jax-js": versions["@jax-js/jax"],
        tfjs: versions["@tensorflow/tfjs-core"],
        "onnxruntime-web": versions["onnxruntime-web"],
      };
      return `export const peerModules = {\n${lines.join("\n")}\n};\nexport const peerVersions = ${JSON.stringify(named)};\n`;
    },
  };
}
