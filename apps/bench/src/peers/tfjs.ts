// TensorFlow.js with its WebGPU backend as a contender.
import { type DuelCase, type DuelOp, type Peer, type PeerCall, stepSize } from "./peer.ts";

interface TfTensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

type Inputs = Readonly<Record<string, TfTensor>>;

interface TfBackend {
  readonly device: GPUDevice;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** What is used of @tensorflow/tfjs-core 4. */
interface Tf {
  tensor(data: Float32Array | Int32Array, shape: readonly number[], dtype: "float32" | "int32"): TfTensor;
  tidy<T>(f: () => T): T;
  registerBackend(name: string, factory: () => unknown): boolean;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  backend(): TfBackend;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor | number): TfTensor;
  sub(a: TfTensor, b: TfTensor | number): TfTensor;
  mul(a: TfTensor, b: TfTensor | number): TfTensor;
  square(x: TfTensor): TfTensor;
  rsqrt(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  exp(x: TfTensor): TfTensor;
  mean(x: TfTensor, axis?: number, keep?: boolean): TfTensor;
  sum(x: TfTensor, axis?: number): TfTensor;
  cumsum(x: TfTensor, axis: number): TfTensor;
  gather(x: TfTensor, index: TfTensor, axis: number): TfTensor;
  softmax(x: TfTensor, axis: number): TfTensor;
  grads(f: (...args: TfTensor[]) => TfTensor): (args: readonly TfTensor[]) => TfTensor[];
}

/** Makes the contender from the imported modules, on a device of its own. */
export async function tfjsPeer(core: unknown, backend: unknown, version: string, gpu: GPU): Promise<Peer> {
  const tf = core as Tf;
  const { WebGPUBackend } = backend as { WebGPUBackend: new (device: GPUDevice, info?: GPUAdapterInfo) => unknown };
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no WebGPU adapter");
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX },
  });
  tf.registerBackend("bench-webgpu", () => new WebGPUBackend(device, adapter.info));
  // Its kernels are registered under the name "webgpu" only.
  const registry = core as { copyRegisteredKernels?(from: string, to: string): void };
  registry.copyRegisteredKernels?.("webgpu", "bench-webgpu");
  if (!(await tf.setBackend("bench-webgpu"))) throw new Error("tfjs could not start its WebGPU backend");
  await tf.ready();
  return { name: "tfjs", version, make: (duel) => Promise.resolve(makeCall(tf, duel)) };
}

function makeCall(tf: Tf, { op, inputs: given }: DuelCase): PeerCall {
  const inputs = Object.fromEntries(Object.entries(given).map(([name, { shape, data }]) => [name, tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32")]));
  const call = (): TfTensor => tf.tidy(() => computations(tf)[op](inputs));
  return {
    run: () => call().dispose(),
    async sync() {
      const backend = tf.backend();
      backend.endComputePassEncoder();
      backend.submitQueue();
      await backend.device.queue.onSubmittedWorkDone();
    },
    async result() {
      const y = call();
      const data = await y.data();
      y.dispose();
      return data;
    },
    dispose() {
      for (const input of Object.values(inputs)) input.dispose();
    },
  };
}

function computations(tf: Tf): Record<DuelOp, (x: Inputs) => TfTensor> {
  const silu = (x: TfTensor): TfTensor => tf.mul(x, tf.sigmoid(x));
  return {
    matmul: ({ a, b }) => tf.matMul(a!, b!),
    softmax: ({ x }) => tf.softmax(x!, -1),
    rms_norm: ({ x, weight }) => tf.mul(tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), 1e-5))), weight!),
    layer_norm: ({ x, weight, bias }) => {
      const centred = tf.sub(x!, tf.mean(x!, -1, true));
      return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5))), weight!), bias!);
    },
    silu: ({ x }) => silu(x!),
    cumsum: ({ x }) => tf.cumsum(x!, 1),
    rows: ({ x, index }) => tf.gather(x!, index!, 0),
    sum: ({ x }) => tf.sum(x!),
    train_step: ({ x, y, w1, w2 }) => {
      const gradients = tf.grads((first, second) => tf.mean(tf.square(tf.sub(tf.matMul(silu(tf.matMul(x!, first!)), second!), y!))))([w1!, w2!]);
      return tf.sub(w1!, tf.mul(gradients[0]!, stepSize));
    },
    state_step: ({ state, dt, a, x, b, c }) => tf.sum(tf.mul(tf.add(tf.mul(state!, tf.exp(tf.mul(dt!, a!))), tf.mul(tf.mul(x!, dt!), b!)), c!), -1),
  };
}
