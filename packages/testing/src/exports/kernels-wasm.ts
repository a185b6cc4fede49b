// Example arguments for the exports of @x/kernels-wasm. Kernel families are called through the primitives' cases.
import { elementwiseWasm, type WasmHeap, type WasmKernel } from "@x/kernels-wasm";
import { construct, type ExportTable, notCalled, of } from "./example.ts";

const scale: WasmKernel<{ readonly x: "ptr"; readonly n: "u32" }, null> = {
  name: "scale",
  params: { x: "ptr", n: "u32" },
  body: () => "for i in 0..n { store(x + i * 4, load(x + i * 4) * 2.0); }",
};

export const wasmExports: ExportTable = {
  ...notCalled("starts workers and measures: threads.test.ts calls it", "chooseThreads"),
  KernelError: of(() => ["a: must be b.", { kind: "memory" }], { call: construct }),
  WasmHeap: of(() => [], { call: (Heap: new () => WasmHeap) => new Heap().allocate(100) }),
  WasmRunner: of(() => [{}], { call: construct, options: 0 }),
  blockBytes: of(() => [100]),
  compilesWasm: of(() => [elementwiseWasm.program({ shape: [4], inputs: { x: {} }, result: "x + 1.0" })]),
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
