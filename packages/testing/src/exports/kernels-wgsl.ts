// Example arguments for the exports of @x/kernels-wgsl. Kernel families are called through the primitives' cases.
import { baseCaps, type Kernel, matmul, type observe, type Program, type WebGPURunner } from "@x/kernels-wgsl";
import type { WebGPUDevice } from "@x/tensor";
import { construct, type ExportTable, notCalled, of } from "./example.ts";

const scale: Kernel<"x" | "y", "size", null> = {
  name: "scale",
  uniforms: { size: "u32" },
  bindings: () => ({ x: "read f32", y: "read_write f32" }),
  wgsl: () =>
    "@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { if (id.x < u.size) { y[id.x] = 2.0 * x[id.x]; } }",
} as unknown as Kernel<"x" | "y", "size", null>;

const call = { config: null, buffers: { x: "x", y: "y" }, uniforms: { size: 4 }, workgroups: [1, 1, 1] };
const product = (): Program => matmul.program({ m: 8, n: 8, k: 8 } as never, baseCaps);
const runnerOf = (device: unknown): WebGPURunner => (device as WebGPUDevice).runner;

export const wgslExports: ExportTable = {
  ...notCalled("its kernels are those of the cases of elementwise primitives", "elementwiseProgram"),
  ...notCalled(
    "asks the machine for a GPU of its own: adapter.gpu.test.ts and runner.gpu.test.ts call it",
    "requestDevice",
    "requestGPU",
    "requestRunner",
  ),
  ...notCalled("measures for seconds: tune.gpu.test.ts calls it", "tune"),
  KernelError: of(() => ["a: must be b.", { kind: "limits" }], { call: construct }),
  capsOf: of((device) => [runnerOf(device).device], { only: "webgpu" }),
  checkTuning: of(() => ["load", { ssd: { chunkLength: 32 } }]),
  classTable: of(() => [baseCaps]),
  createRunner: of((device) => [runnerOf(device).device, { label: "exports" }], { only: "webgpu", options: 1 }),
  defineKernel: of(() => [scale]),
  describeAdapter: of(() => [{ vendor: "a", architecture: "b" }]),
  dispatch: of(() => [scale, call]),
  functionsFor: of(() => ["let y = erf(x);"]),
  grid1d: of(() => [1000, 64]),
  isSoftwareAdapter: of(() => [{ vendor: "google", architecture: "swiftshader" }]),
  joinPrograms: of(() => [[{ program: product(), names: {} }]]),
  kernelKey: of(() => [scale, null]),
  loadMatrixScan: of(() => []),
  linearMain: of(() => [64, "  let i = 1u;"]),
  waitForGpu: of(() => [Promise.resolve(1)]),
  observe: of(
    () => {
      const nothing = (): void => undefined;
      const watch = { observer: null };
      return [
        { watch, flush: nothing },
        { encoded: nothing, submitted: nothing, executed: nothing, waits: nothing, compiled: nothing },
      ];
    },
    { call: (watched: typeof observe, args: Parameters<typeof observe>) => watched(...args)() },
  ),
  programOf: of(() => [[]]),
  shader: of(() => [scale, null]),
  tileCandidates: of(() => [baseCaps]),
  tileFits: of(() => [{ stage: "none", rows: 4, vectors: 1, threadsX: 8, threadsY: 1, depth: 4 }, baseCaps]),
  tuneShapes: of(() => [baseCaps]),
  subgroupMatrixFits: of(() => [{ down: 1, across: 1, subgroupsDown: 1, subgroupsAcross: 1, depth: 16 }, baseCaps]),
  windowOf: of(() => ["x", { start: 0, end: 4 }, 4]),
  windows: of(() => [1000, 4, 1024]),
};
