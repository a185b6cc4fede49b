// ONNX Runtime Web with its WebGPU provider as a contender; inputs and outputs stay on the GPU.
import { onnxModel, type OnnxModel, type OnnxNode } from "./onnx.ts";
import { type DuelCase, type Peer, type PeerCall, UnsupportedError } from "./peer.ts";

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
  readonly env: { readonly wasm: { numThreads: number; wasmBinary?: ArrayBuffer; proxy: boolean }; readonly webgpu: { device: GPUDevice | Promise<GPUDevice> }; logLevel: string };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
  readonly Tensor: {
    new (type: "float32" | "int32", data: Float32Array | Int32Array, shape: readonly number[]): OrtTensor;
    fromGpuBuffer(buffer: GPUBuffer, options: { dataType: "float32" | "int32"; dims: readonly number[] }): OrtTensor;
  };
}

/** Makes the contender from the imported module. `wasm`: its binary, where it cannot fetch it itself. */
export function ortPeer(module: unknown, version: string, wasm?: ArrayBuffer): Peer {
  const ort = module as Ort;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  ort.env.logLevel = "error";
  if (wasm) ort.env.wasm.wasmBinary = wasm;
  return { name: "onnxruntime-web", version, make: (duel) => makeCall(ort, duel) };
}

async function makeCall(ort: Ort, duel: DuelCase): Promise<PeerCall> {
  const session = await ort.InferenceSession.create(onnxModel(graphOf(duel)), { executionProviders: ["webgpu"], preferredOutputLocation: "gpu-buffer" });
  const device = await ort.env.webgpu.device;
  const buffers: GPUBuffer[] = [];
  const feeds = Object.fromEntries(Object.entries(duel.inputs).map(([name, { shape, data }]) => {
    const buffer = device.createBuffer({ size: Math.ceil(data.byteLength / 16) * 16, usage: 0x8c }); // storage, copy source and destination
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
    buffers.push(buffer);
    return [name, ort.Tensor.fromGpuBuffer(buffer, { dataType: data instanceof Int32Array ? "int32" : "float32", dims: shape })];
  }));
  return {
    async run() {
      for (const output of Object.values(await session.run(feeds))) output.dispose();
    },
    sync: () => device.queue.onSubmittedWorkDone(),
    async result() {
      const { y } = await session.run(feeds);
      const data = Float32Array.from(await y!.getData());
      y!.dispose();
      return data;
    },
    dispose() {
      void session.release();
      for (const buffer of buffers) buffer.destroy();
    },
  };
}

function graphOf({ op, inputs }: DuelCase): OnnxModel {
  const values = Object.entries(inputs).map(([name, { shape, data }]) => ({ name, shape, type: data instanceof Int32Array ? ("i32" as const) : ("f32" as const) }));
  const shapeOf = (name: string): readonly number[] => inputs[name]!.shape;
  const graph = (nodes: readonly OnnxNode[], shape: readonly number[], constants?: OnnxModel["constants"]): OnnxModel => ({ nodes, inputs: values, outputs: [{ name: "y", shape, type: "f32" }], ...(constants && { constants }) });
  switch (op) {
    case "matmul": return graph([{ op: "MatMul", inputs: ["a", "b"], outputs: ["y"] }], [shapeOf("a")[0]!, shapeOf("b")[1]!]);
    case "softmax": return graph([{ op: "Softmax", inputs: ["x"], outputs: ["y"], attributes: { axis: -1 } }], shapeOf("x"));
    case "layer_norm": return graph([{ op: "LayerNormalization", inputs: ["x", "weight", "bias"], outputs: ["y"], attributes: { axis: -1, epsilon: { float: 1e-5 } } }], shapeOf("x"));
    case "rms_norm": return graph([{ op: "SimplifiedLayerNormalization", inputs: ["x", "weight"], outputs: ["y"], attributes: { axis: -1, epsilon: { float: 1e-5 } } }], shapeOf("x"));
    case "silu": return graph([{ op: "Sigmoid", inputs: ["x"], outputs: ["s"] }, { op: "Mul", inputs: ["x", "s"], outputs: ["y"] }], shapeOf("x"));
    case "cumsum": return graph([{ op: "CumSum", inputs: ["x", "axis"], outputs: ["y"] }], shapeOf("x"), { axis: [1] });
    case "rows": return graph([{ op: "Gather", inputs: ["x", "index"], outputs: ["y"], attributes: { axis: 0 } }], [shapeOf("index")[0]!, shapeOf("x")[1]!]);
    case "sum": return graph([{ op: "ReduceSum", inputs: ["x"], outputs: ["y"], attributes: { keepdims: 0 } }], []);
    case "state_step": {
      const mul = (a: string, b: string, y: string): OnnxNode => ({ op: "Mul", inputs: [a, b], outputs: [y] });
      const nodes: OnnxNode[] = [
        mul("dt", "a", "decay"), { op: "Exp", inputs: ["decay"], outputs: ["kept"] }, mul("state", "kept", "old"), mul("x", "dt", "xdt"), mul("xdt", "b", "new"), { op: "Add", inputs: ["old", "new"], outputs: ["next"] }, mul("next", "c", "seen"),
        { op: "ReduceSum", inputs: ["seen", "axes"], outputs: ["y"], attributes: { keepdims: 0 } },
      ];
      return graph(nodes, shapeOf("state").slice(0, -1), { axes: [-1] });
    }
    case "train_step": throw new UnsupportedError("inference only: training was removed from the web package");
  }
}
