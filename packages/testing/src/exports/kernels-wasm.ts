// Example arguments for the exports of @x/kernels-wasm. Kernel families are called through the primitives' cases.
import { type WasmHeap, type WasmKernel, type WasmRunner } from "@x/kernels-wasm";
import { type ExportTable, notCalled, of } from "./example.ts";

const scale: WasmKernel<"x" | "n", null> = {
  name: "scale",
  params: { x: "ptr", n: "u32" },
  body: () => "for i in 0..n { store(x + i * 4, load(x + i * 4) * 2.0); }",
};

export const wasmExports: ExportTable = {
  ...notCalled(
    "a family of kernels: the cases of its primitive call it",
    "adamwWasm",
    "causalConv1dBackwardWasm",
    "causalConv1dForwardWasm",
    "causalConv1dStepWasm",
    "copyWasm",
    "crossEntropyWasm",
    "cumsumWasm",
    "dequantizeWasm",
    "elementwiseWasm",
    "extremumWasm",
    "gatherWasm",
    "gemm",
    "indexAddWasm",
    "integerMatmulWasm",
    "layerNormWasm",
    "narrowWasm",
    "padWasm",
    "randomWasm",
    "rmsNormWasm",
    "sgdWasm",
    "softmaxColumnsWasm",
    "softmaxWasm",
    "ssdBackwardWasm",
    "ssdForwardWasm",
    "ssdStepWasm",
    "sumSquaresWasm",
    "sumWasm",
    "widenWasm",
  ),
  ...notCalled("plain data", "memoryLimitBytes"),
  ...notCalled("starts workers and measures: threads.test.ts calls it", "chooseThreads"),
  WasmError: of(() => ["a: must be b.", { kind: "memory" }], {
    call: (Kind: new (...args: readonly unknown[]) => Error, args: readonly unknown[]) => new Kind(...args),
  }),
  WasmHeap: of(() => [], { call: (Heap: new () => WasmHeap) => new Heap().allocate(100) }),
  WasmRunner: of(() => [{}], {
    call: (Runner: new (options: object) => WasmRunner, args: [object]) => new Runner(...args),
    options: 0,
  }),
  blockBytes: of(() => [100]),
  checkOptions: of(() => ["gemm", { m: 1 }, { m: true }]),
  compileWasm: of(() => ["@call fn main(p: ptr) { store4(p, load4(p)); }", { fma: false, shared: false }], {
    options: 1,
  }),
  createWasmRunner: of(() => [{}], { options: 0 }),
  defineWasmKernel: of(() => [scale]),
  eightHalves: of(() => ["bf16", "p", (low: string, high: string) => `${low} ${high}`]),
  reserveMemory: of(() => []),
  vectors: of(() => [5]),
  wasmCall: of(() => [scale, null, { x: "x", n: 4 }]),
  wasmProgram: of(() => [[]]),
  wasmSupport: of(() => []),
  wasmText: of(() => [scale, null]),
};
