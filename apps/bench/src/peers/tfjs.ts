// TensorFlow.js as a contender, with its WebGPU or its wasm backend. Every op runs as it is met: it has no way to record.
import { type DuelCase, functionCall, isTraining, type Peer, type PeerCall } from "./peer.ts";
import type { Tf, TfGpuBackend, TfTensor } from "./tfjs-api.ts";
import { prepared, tfjsFunctions } from "./tfjs-functions.ts";
import { makeTraining } from "./tfjs-training.ts";

/** The contender on WebGPU, on a device of its own, from the imported modules. */
export async function tfjsGpuPeer(core: unknown, backend: unknown, version: string, gpu: GPU): Promise<Peer> {
  const tf = core as Tf;
  const { WebGPUBackend } = backend as { WebGPUBackend: new (device: GPUDevice, info?: GPUAdapterInfo) => unknown };
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no WebGPU adapter");
  const {
    maxBufferSize,
    maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX,
  } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX,
    },
  });
  tf.registerBackend("bench-webgpu", () => new WebGPUBackend(device, adapter.info));
  // Its kernels are registered under the name "webgpu" only.
  tf.copyRegisteredKernels?.("webgpu", "bench-webgpu");
  if (!(await tf.setBackend("bench-webgpu"))) throw new Error("tfjs could not start its WebGPU backend");
  await tf.ready();
  const sync = async (): Promise<void> => {
    const own = tf.backend() as TfGpuBackend;
    own.endComputePassEncoder();
    own.submitQueue();
    await own.device.queue.onSubmittedWorkDone();
  };
  return peerOf(tf, version, sync, false);
}

/** The contender on the CPU: its wasm backend, SIMD, one thread. `folder` holds its binaries. */
export async function tfjsWasmPeer(core: unknown, backend: unknown, version: string, folder: string): Promise<Peer> {
  const tf = core as Tf;
  (backend as { setWasmPaths(prefix: string): void }).setWasmPaths(folder);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs could not start its wasm backend");
  await tf.ready();
  return peerOf(tf, version, () => Promise.resolve(), true);
}

/** `wasm`: its wasm backend lacks the gradient of gather, so that a training step there multiplies with one-hot rows. */
function peerOf(tf: Tf, version: string, sync: () => Promise<void>, wasm: boolean): Peer {
  return {
    name: "tfjs",
    version,
    make: (duel) =>
      Promise.resolve(isTraining(duel.op) ? makeTraining(tf, duel, duel.op, sync, wasm) : makeFunction(tf, duel, sync)),
  };
}

function makeFunction(tf: Tf, duel: DuelCase, sync: () => Promise<void>): PeerCall {
  const inputs = Object.fromEntries(
    Object.entries(prepared(duel)).map(([name, { shape, data }]) => [
      name,
      tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32"),
    ]),
  );
  const f = tfjsFunctions(tf)[duel.op as keyof ReturnType<typeof tfjsFunctions>];
  const call = (): readonly TfTensor[] => tf.tidy(() => f(inputs));
  return functionCall(call, {
    sync,
    dispose() {
      for (const input of Object.values(inputs)) input.dispose();
    },
  });
}
