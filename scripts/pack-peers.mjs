// What `npm run bench -- --peers` loads of apps/bench/peers for a GPU, as one archive of a few megabytes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { root } from "./workspace.mjs";

const peers = join(root, "apps/bench/peers");

/** Paths of node_modules, and what of them no run in Node loads. */
const loaded = [
  "@jax-js/jax/package.json",
  "@jax-js/jax/dist",
  "onnxruntime-web/package.json",
  "onnxruntime-web/dist/ort.webgpu.bundle.min.mjs",
  "onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm",
  "@tensorflow/tfjs-core/package.json",
  "@tensorflow/tfjs-core/dist/tf-core.node.js",
  "@tensorflow/tfjs-backend-webgpu/package.json",
  "@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.node.js",
  "long",
  "node-fetch",
  "seedrandom",
  "tr46",
  "webidl-conversions",
  "whatwg-url",
];
const unused = ["*.map", "*.ts", "*.cts", "*.cjs"];
/** Imports its parts without their extension, which Node alone does not find: it is packed as one file. */
const gradients = "node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js";

/**
 * @param {string} archive the file to make
 * @param {(entry: string, folder: string, name: string) => Promise<void>} bundle makes one file of a module
 * @throws Error where the peers are not installed, or tar fails
 */
export async function packPeers(archive, bundle) {
  const missing = loaded.find((path) => !existsSync(join(peers, "node_modules", path)));
  if (missing !== undefined)
    throw new Error(`${missing} must be installed before peers are packed: npm run bench:peers`);
  const staged = mkdtempSync(join(tmpdir(), "x-peers-"));
  await bundle(join(peers, gradients), join(staged, "peers", dirname(gradients)), basename(gradients));
  const excluded = unused.map((pattern) => `--exclude=${pattern}`);
  const files = loaded.map((path) => `peers/node_modules/${path}`);
  const args = ["-cJf", archive, "-C", join(peers, ".."), ...excluded, "peers/package.json", ...files];
  args.push("-C", staged, `peers/${gradients}`);
  const { status, error } = spawnSync("tar", args, { stdio: "inherit" });
  rmSync(staged, { recursive: true });
  if (status !== 0) throw error ?? new Error(`tar ended with ${status}`);
}
