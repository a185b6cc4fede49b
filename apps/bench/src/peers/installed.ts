// The peers of a headless run: loaded from apps/bench/peers where they are installed, with the shims that Node needs for each.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Device, WebGPUDevice } from "@x/tensor";
import { messageOf } from "../core/run.ts";
import { jaxPeer } from "./jax.ts";
import { ortPeer } from "./ort.ts";
import type { Peer, PeerSlot } from "./peer.ts";
import { tfjsPeer } from "./tfjs.ts";

const folder = fileURLToPath(new URL("../../peers/", import.meta.url));

/** All peers, or why one is missing. */
export async function installedPeers(device: Device): Promise<PeerSlot[]> {
  if (!(device instanceof WebGPUDevice)) return ["jax-js", "tfjs", "onnxruntime-web"].map((name) => ({ name, why: "compared on WebGPU only" }));
  const gpu = await shimNode();
  return [
    await slot("jax-js", "@jax-js/jax", async (path, version) => jaxPeer(await import(pathToFileURL(join(path, "dist/index.js")).href), version)),
    await slot("tfjs", "@tensorflow/tfjs-backend-webgpu", async (path, version) => {
      const require = createRequire(join(folder, "package.json"));
      const core = require("@tensorflow/tfjs-core") as unknown;
      const backend = require(path) as unknown;
      // Its core for Node comes without gradients; they register themselves in a registry that all copies share.
      await import(pathToFileURL(join(folder, "node_modules/@tensorflow/tfjs-core/dist/register_all_gradients.js")).href);
      return tfjsPeer(core, backend, version, gpu);
    }),
    await slot("onnxruntime-web", "onnxruntime-web", async (path, version) => {
      const wasm = readFileSync(join(path, "dist/ort-wasm-simd-threaded.asyncify.wasm"));
      return ortPeer(await import(pathToFileURL(join(path, "dist/ort.webgpu.bundle.min.mjs")).href), version, new Uint8Array(wasm).buffer);
    }),
  ];
}

async function slot(name: string, packageName: string, load: (path: string, version: string) => Promise<Peer>): Promise<PeerSlot> {
  const path = join(folder, "node_modules", packageName);
  if (!existsSync(path)) return { name, why: "not installed; npm run bench:peers installs it" };
  try {
    const { version } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string };
    return { name: `${name} ${version}`, peer: await load(path, version) };
  } catch (error) {
    return { name, why: `does not load: ${messageOf(error)}` };
  }
}

/** What browsers have and Node 20 has not: navigator, WebGPU's constants, and writeBuffer from shared memory (ONNX Runtime's heap). */
async function shimNode(): Promise<GPU> {
  const { create, globals } = (await import("webgpu")) as { create(options: readonly string[]): GPU; globals: object };
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, "navigator", { value: { gpu, userAgent: "Node", hardwareConcurrency: 1, platform: process.platform }, configurable: true });
  const { prototype } = (globals as { GPUQueue: { prototype: GPUQueue } }).GPUQueue;
  // eslint-disable-next-line typescript/unbound-method -- put back with its own `this`
  const write = prototype.writeBuffer as (...args: unknown[]) => undefined;
  prototype.writeBuffer = function (this: GPUQueue, buffer: GPUBuffer, offset: number, data: AllowSharedBufferSource, from = 0, size?: number): undefined {
    const shared = (ArrayBuffer.isView(data) ? data.buffer : data) instanceof SharedArrayBuffer;
    if (!shared) return write.call(this, buffer, offset, data, from, ...(size === undefined ? [] : [size]));
    const view = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    const unit = (data as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    return write.call(this, buffer, offset, view.slice(from * unit, size === undefined ? undefined : (from + size) * unit));
  };
  return gpu;
}

