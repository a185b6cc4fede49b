// ONNX Runtime Web as a contender. WebGPU: inputs and outputs stay on the GPU. wasm: its API takes and gives host arrays, so that every call
// copies them into and out of its memory; one thread. Weights are part of the graph.
import { onnxModel } from "./onnx.ts";
import { onnxGraph, onnxOperands, onnxResult, type OrtProvider } from "./ort-graphs.ts";
import type { DuelCase, DuelInput, Peer, PeerCall } from "./peer.ts";

interface OrtTensor {
  getData(): Promise<ArrayLike<number>>;
  dispose(): void;
}

interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** What is used of onnxruntime-web 1.30. */
interface Ort {
  readonly env: {
    readonly wasm: { numThreads: number; wasmBinary?: ArrayBuffer; proxy: boolean };
    readonly webgpu: { device: GPUDevice | Promise<GPUDevice> };
    logLevel: string;
  };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
  readonly Tensor: {
    new (type: "float32" | "int32", data: Float32Array | Int32Array, shape: readonly number[]): OrtTensor;
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: "float32" | "int32"; dims: readonly number[] }): OrtTensor;
  };
}

/** Makes the contender from the imported module. `wasm`: its binary, where it cannot fetch it itself. */
export function ortPeer(module: unknown, version: string, provider: OrtProvider, wasm?: ArrayBuffer): Peer {
  const ort = module as Ort;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = "error";
  if (wasm) ort.env.wasm.wasmBinary = wasm;
  return { name: "onnxruntime-web", version, make: (duel) => makeCall(ort, duel, provider) };
}

async function makeCall(ort: Ort, duel: DuelCase, provider: OrtProvider): Promise<PeerCall> {
  const model = onnxModel(onnxGraph(duel, provider));
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [provider],
    ...(provider === "webgpu" && { preferredOutputLocation: "gpu-buffer" }),
  });
  const device = provider === "webgpu" ? await ort.env.webgpu.device : undefined;
  const buffers: GPUBuffer[] = [];
  const typeOf = (data: DuelInput["data"]): "int32" | "float32" => (data instanceof Int32Array ? "int32" : "float32");
  const upload = ({ shape, data }: DuelInput): OrtTensor => {
    if (!device) return new ort.Tensor(typeOf(data), data, shape);
    const buffer = device.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage: 0x8c }); // storage, copy source and destination
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
    buffers.push(buffer);
    return ort.Tensor.fromGpuBuffer(buffer, { dataType: typeOf(data), dims: shape });
  };
  const feeds = Object.fromEntries(
    Object.entries(onnxOperands(duel, provider).fed).map(([name, input]) => [name, upload(input)]),
  );
  return {
    async run() {
      for (const output of Object.values(await session.run(feeds))) output.dispose();
    },
    sync: async () => device?.queue.onSubmittedWorkDone(),
    async result() {
      const { y } = await session.run(feeds);
      const data = Float32Array.from(await y!.getData());
      y!.dispose();
      return [onnxResult(duel, provider, data)];
    },
    dispose() {
      void session.release();
      for (const buffer of buffers) buffer.destroy();
    },
  };
}
