// The peers of a headless run: loaded from apps/bench/peers where they are installed, with the shims that Node needs for each.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Device, WebGPUDevice } from "@x/tensor/core";
import { messageOf } from "../core/run.ts";
import { jaxPeer } from "./jax.ts";
import { shimIterators, shimNavigator, shimWebGPU } from "./node-shims.ts";
import { ortPeer } from "./ort.ts";
import type { Peer, PeerSlot } from "./peer.ts";
import { tfjsGpuPeer, tfjsWasmPeer } from "./tfjs.ts";

/** Beside the sources of the bench, or beside the script that `bench:gpu --pack` makes of it. */
const folders = ["../../peers/node_modules/", "peers/node_modules/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const modules = folders.find((folder) => existsSync(folder)) ?? folders[0]!;

/** All peers with what they have for the kind of this device, or why one is missing. */
export async function installedPeers(device: Device): Promise<PeerSlot[]> {
  shimIterators();
  return device instanceof WebGPUDevice ? gpuPeers() : wasmPeers();
}

async function gpuPeers(): Promise<PeerSlot[]> {
  const gpu = await shimWebGPU();
  return [
    await slot("jax-js", "@jax-js/jax", "", async (path, version) =>
      jaxPeer(await load(path, "dist/index.js"), version, "webgpu"),
    ),
    await slot("tfjs", "@tensorflow/tfjs-backend-webgpu", "", async (path, version) => {
      const core = await tfjsCore();
      return tfjsGpuPeer(core, required(path), version, gpu);
    }),
    await slot("onnxruntime-web", "onnxruntime-web", "", async (path, version) =>
      ortPeer(
        await load(path, "dist/ort.webgpu.bundle.min.mjs"),
        version,
        "webgpu",
        binary(path, "dist/ort-wasm-simd-threaded.asyncify.wasm"),
      ),
    ),
  ];
}

async function wasmPeers(): Promise<PeerSlot[]> {
  shimNavigator();
  return [
    await slot("jax-js", "@jax-js/jax", " wasm", async (path, version) =>
      jaxPeer(await load(path, "dist/index.js"), version, "wasm"),
    ),
    await slot("tfjs", "@tensorflow/tfjs-backend-wasm", " wasm", async (path, version) => {
      const core = await tfjsCore();
      return tfjsWasmPeer(core, required(path), version, join(path, "dist/"));
    }),
    await slot("onnxruntime-web", "onnxruntime-web", " wasm", async (path, version) =>
      ortPeer(
        await load(path, "dist/ort.wasm.bundle.min.mjs"),
        version,
        "wasm",
        binary(path, "dist/ort-wasm-simd-threaded.wasm"),
      ),
    ),
  ];
}

async function slot(
  name: string,
  packageName: string,
  what: string,
  make: (path: string, version: string) => Promise<Peer>,
): Promise<PeerSlot> {
  const path = join(modules, packageName);
  if (!existsSync(path)) return { name, why: "not installed; npm run bench:peers installs it" };
  try {
    const { version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string };
    return { name: `${name} ${version}${what}`, peer: await make(path, version) };
  } catch (error) {
    return { name, why: `does not load: ${messageOf(error)}` };
  }
}

/** TensorFlow.js' core. For Node it comes without gradients; they register themselves in a registry that all copies share. */
async function tfjsCore(): Promise<unknown> {
  const core = required("@tensorflow/tfjs-core");
  await load(modules, "@tensorflow/tfjs-core/dist/register_all_gradients.js");
  return core;
}

function required(name: string): unknown {
  return createRequire(join(modules, "../package.json"))(name) as unknown;
}

function load(folder: string, file: string): Promise<unknown> {
  return import(pathToFileURL(join(folder, file)).href);
}

function binary(folder: string, file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(join(folder, file))).buffer;
}
