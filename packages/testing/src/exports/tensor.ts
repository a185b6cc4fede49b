// Example arguments for the exports of @x/tensor that are no primitives; primitives bring cases of their own.
import * as exported from "@x/tensor";
import type { apply, capture, CaptureOptions } from "@x/tensor";
import {
  type Captured,
  type Device,
  hostNormal,
  mul,
  neg,
  quantize,
  type QuantizedWeight,
  silu,
  square,
  sum,
  type Tape,
  type Tensor,
  tensor,
  tensorBytes,
  type WebGPUDevice,
  writeSafetensors,
} from "@x/tensor";
import { elementwiseRow } from "./elementwise-row.ts";
import {
  counting,
  errorClass,
  type Example,
  type ExportTable,
  filled,
  flags,
  negative,
  notCalled,
  of,
  smooth,
} from "./example.ts";

const reduction = smooth((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 });
const key = { seed: 7, stream: 3 };

const random = (extra: object): Example => of((device) => [[3, 5], { ...key, device, ...extra }], { options: 1 });
const filler = (...before: readonly unknown[]): Example =>
  of((device) => [...before, { device }], { options: before.length });

const packed = (device: Device): QuantizedWeight =>
  quantize(
    Float32Array.from({ length: 256 }, (_, i) => (i % 9) - 4),
    { shape: [4, 64], bits: 8, groupSize: 32, device },
  );
const entry = () => tensorBytes("F32", [2, 2], Float32Array.of(1, 2, 3, 4));
const file = (): Uint8Array => writeSafetensors(new Map([["a", entry()]]));

export const tensorExports: ExportTable = {
  ...elementwiseExports(),
  ...Object.fromEntries(
    ["max", "mean", "min", "norm", "prod", "std", "sum", "variance"].map((name) => [name, reduction]),
  ),
  ...errorExports(),
  ...notCalled("raises only in captured functions: identity.gpu.test.ts calls it there", "requireNotRecording"),
  ...notCalled("an abstract base", "TensorError", "XError"),
  ...notCalled("called by every export: surplus-arguments.test.ts", "requireArity", "strict"),
  ...notCalled("starts workers and measures: threads.test.ts calls it", "chooseThreads"),
  ...notCalled("picks a device of the machine, which may be its GPU: cpu-device.test.ts calls it", "defaultDevice"),
  ...notCalled("makes a device, which the tests over this table run on", "webgpuDevice"),
  ...notCalled("made by webgpuDevice", "WebGPUDevice"),
  ...notCalled("prints to standard error", "debugLine", "reportMemory"),

  Tape: of((device) => [[filled(device, 2)]], {
    call: (Kind: new (watched: Iterable<Tensor>) => Tape, [watched]: [Tensor[]]) =>
      new Kind(watched).tracks(watched[0]!),
  }),
  Tensor: of(() => [], {
    // the getters and readers: methods.test.ts calls the methods
    call: async (_: unknown, __: unknown, device: Device) => {
      const x = filled(device, 3, 5);
      await x.data();
      await x.toArray();
      x.dispose();
      return [x.size, x.disposed, String(x)];
    },
  }),

  all: of((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 }),
  and: of((device) => [flags(device, 3, 5), flags(device, 5)]),
  any: of((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 }),
  apply: of((device) => [filled(device, 3, 5)], {
    call: (run: typeof apply, [x]: [Tensor]) => run(negPrimitive(), { a: x }, undefined),
  }),
  arange: filler(0, 5, 1),
  argmax: of((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 }),
  argmin: of((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 }),
  argsort: of((device) => [filled(device, 3, 5), 1, { descending: true }], { options: 2 }),
  assign: of((device) => [filled(device, 3, 5), filled(device, 3, 5)]),
  bernoulli: of((device) => [[3, 5], 0.5, { ...key, device }], { options: 2 }),
  bf16Bits: of(() => [1.5]),
  bf16ToF32: of(() => [Uint16Array.of(0x3f80)]),
  bf16Value: of(() => [0x3f80]),
  broadcastTo: smooth((device) => [filled(device, 3, 1), [2, 3, 5]]),
  capture: of((device) => [(x: Tensor) => sum(mul(silu(x), x)), filled(device, 3, 5), { stamp: () => 0 }], {
    options: 2,
    call: (run: typeof capture, [fn, x, options]: [(x: Tensor) => Tensor, Tensor, CaptureOptions]) => {
      const captured: Captured<[Tensor], Tensor> = run(fn, options);
      try {
        disposeOf(captured(x));
        return captured(x);
      } finally {
        captured.dispose();
      }
    },
  }),
  precompile: of((device) => [(x: Tensor) => sum(mul(silu(x), x)), [filled(device, 3, 5)], {}], { options: 2 }),
  cast: smooth((device) => [filled(device, 3, 5), "f32"]),
  checkOptions: of(() => ["sum", { axis: 1 }, { axis: true }]),
  checkpoint: of((device) => {
    const x = filled(device, 3, 5);
    return [() => silu(mul(x, x)), [x]];
  }),
  clamp: smooth((device) => [filled(device, 3, 5), 0.3, 0.6]),
  contiguous: smooth((device) => [filled(device, 3, 5)]),
  concat: of((device) => [[filled(device, 2, 3), filled(device, 4, 3), filled(device, 1, 3), filled(device, 2, 3)], 0]),
  concatPrimitive: of(() => [4]),
  constant: of((device) => [0.5, "f32", device], {
    call: (make: (...args: readonly unknown[]) => Tensor, args: readonly unknown[]) => make(...args).size,
  }), // the device keeps it
  cpuDevice: of(() => []),
  isDeviceLoss: of(() => [new Error("a: must be b.")]),
  createCpuDevice: of(() => [{ wasm: false }], { options: 0 }),
  cummax: smooth((device) => [filled(device, 3, 5), 1, { reverse: true }], { options: 2 }),
  cumprod: smooth((device) => [filled(device, 3, 5), 1, { reverse: true }], { options: 2 }),
  cumsum: smooth((device) => [filled(device, 3, 5), 1, {}], { options: 2 }),
  decoded: of(() => [Uint16Array.of(0x3f80), "bf16"]),
  definePrimitive: of(() => [negPrimitive()]),
  dequantize: of((device) => [packed(device)]),
  onceDifferentiable: of((device) => [[filled(device, 3)]]),
  dot: smooth((device) => [filled(device, 5), filled(device, 5)]),
  dropoutMask: of((device) => [[3, 5], 0.5, { ...key, device }], { options: 2 }),
  dtypeBytes: of(() => ["f16"]),
  einsum: smooth((device) => [
    "bln,bsn,bs->bl",
    filled(device, 2, 3, 4),
    filled(device, 2, 5, 4),
    filled(device, 2, 5),
  ]),
  embedding: smooth((device) => [filled(device, 7, 4), counting(device, 7, 2, 3)]),
  expand: smooth((device) => [filled(device, 3, 1), [2, -1, 5]]),
  eye: filler(3, 5),
  f16Bits: of(() => [1.5]),
  f16ToF32: of(() => [Uint16Array.of(0x3c00)]),
  f16Value: of(() => [0x3c00]),
  f32ToBf16: of(() => [Float32Array.of(1)]),
  f32ToF16: of(() => [Float32Array.of(1)]),
  flip: smooth((device) => [filled(device, 3, 5), [0, 1]]),
  float32ArrayOf: of(() => [entry()]),
  fold: smooth((device) => [filled(device, 2, 3, 4), 9, { stride: 2 }], { options: 2 }),
  formatJson: of(() => [{ a: [1, "b", null] }, {}], { options: 1 }),
  fromGPUBuffer: of((device) => [device, [4]], {
    only: "webgpu",
    call: (
      make: (...args: readonly unknown[]) => Tensor,
      [on, shape]: readonly [WebGPUDevice, number[]],
      device: Device,
    ) => {
      const { runner } = device as WebGPUDevice;
      const buffer = runner.createBuffer(256);
      try {
        make(on, buffer, shape).dispose();
      } finally {
        runner.releaseBuffer(buffer);
      }
    },
  }),
  full: filler([3, 5], 0.5),
  geluErf: smooth((device) => [filled(device, 3, 5)]),
  geluTanh: smooth((device) => [filled(device, 3, 5)]),
  gather: smooth((device) => [filled(device, 3, 5), 1, counting(device, 5, 3, 2)]),
  gpuBindingOf: of((device) => [filled(device, 4)], { only: "webgpu" }),
  grad: of((device) => [(x: Tensor) => sum(square(x)), filled(device, 3)], {
    call: (make: (fn: unknown) => (x: Tensor) => unknown, [fn, x]: [unknown, Tensor]) => make(fn)(x),
  }),
  gradientsOf: of((device) => {
    const x = filled(device, 3);
    return [() => sum(square(x)), [x]];
  }),
  hostArray: of(() => ["f32", 3]),
  hostBits: of(() => [key, 4]),
  hostNormal: of(() => [key, 4]),
  hostPermutation: of(() => [key, 4]),
  checkDType: of(() => ["zeros", "f32"]),
  uniformRange: of(() => ["randomUniform", 0, 1]),
  placeIn: of(() => [{ low: 0, high: 1, most: 0.5 }, 0.25]),
  hostUniform: of(() => [key, 4]),
  hostView: of(() => ["f32", new ArrayBuffer(16), 0, 4]),
  index: smooth((device) => [filled(device, 4, 5), [{ start: 1, step: 2 }, "new", { step: -2 }]]),
  indexAdd: smooth((device) => [filled(device, 3, 2), 0, counting(device, 3, 3), 4]),
  indexSelect: smooth((device) => [filled(device, 3, 2), 0, counting(device, 3, 4)]),
  integerFromBits: of(() => [1, 2, 10]),
  isFloat: of(() => ["f32"]),
  isJsonObject: of(() => [{}]),
  isPlainObject: of(() => [{}]),
  isSafetensorsDType: of(() => ["F32"]),
  joinAdjacent: of((device) => [[[filled(device, 2)], [filled(device, 3)]]]),
  keep: of((device) => [filled(device, 2)]),
  keyWords: of(() => [key]),
  leaves: of((device) => [[{ a: filled(device, 2) }]]),
  linear: smooth((device) => [filled(device, 2, 3), filled(device, 4, 3), filled(device, 4), { activation: "silu" }], {
    options: 3,
  }),
  logSoftmax: smooth((device) => [filled(device, 3, 5), 0]),
  linspace: filler(0, 1, 5),
  logcumsumexp: smooth((device) => [filled(device, 3, 5), 1, { reverse: true }], { options: 2 }),
  logsumexp: smooth((device) => [filled(device, 3, 5), 1, { keepDims: true }], { options: 2 }),
  mapTree: of((device) => [{ a: filled(device, 2) }, (x: Tensor) => neg(x)]),
  maskedFill: smooth((device) => [filled(device, 3, 5), flags(device, 5), 2]),
  matmul: smooth((device) => [filled(device, 2, 3, 4), filled(device, 5, 4), { transposeB: true }], { options: 2 }),
  moveIntoArena: of((device) => [[filled(device, 2), filled(device, 3)]]),
  narrow: smooth((device) => [filled(device, 3, 5), 1, 1, 2]),
  noGrad: scope(neg),
  not: of((device) => [flags(device, 3)]),
  checkIds: of((device) => ["checkIds", counting(device, 5, 3), { size: 5 }]),
  oneHot: of((device) => [counting(device, 5, 3), 5, { dtype: "i32" }], { options: 2 }),
  ones: filler([3, 5]),
  opScope: of((device) => ["twice", { x: filled(device, 2) }, () => 1]),
  indexedNames: of((device) => ["xs", [filled(device, 2)]]),
  requireQuantized: of((device) => ["dequantize", packed(device)]),
  onesLike: of((device) => [filled(device, 3)]),
  or: of((device) => [flags(device, 3, 5), flags(device, 5)]),
  outer: smooth((device) => [filled(device, 3), filled(device, 5)]),
  pad: smooth((device) => [filled(device, 3, 5), 1, 1, 2, 0.5]),
  parseJson: of(() => ['{"a": 1}', {}], { options: 1 }),
  parseSafetensorsHeader: of(() => [file()]),
  permute: smooth((device) => [filled(device, 2, 3, 4), [2, 0, 1]]),
  planSafetensors: of(() => [new Map([["a", entry()]])]),
  quantize: of((device) => [hostNormal(key, 256), { shape: [4, 64], bits: 4, groupSize: 32, device }], { options: 1 }),
  quantizedRows: of(() => [hostNormal(key, 128), 64, { bits: 4, groupSize: 32 }]),
  quantizedZeros: of((device) => [{ shape: [4, 64], bits: 4, groupSize: 32, device }], { options: 0 }),
  quantizedLinear: smooth(
    (device) => [filled(device, 2, 64), packed(device), filled(device, 4), { activation: "silu" }],
    { options: 3 },
  ),
  randomFromKey: of((device) => [
    tensor(Uint32Array.of(1, 2, 0, 0), { device }),
    [3, 5],
    { distribution: "uniform", low: 0, high: 1 },
  ]),
  randomInt: random({ low: 0, high: 9 }),
  randomKey: of((device) => [key, { device }], { options: 1 }),
  randomNormal: random({ mean: 1, std: 2 }),
  randomUniform: random({ low: 1, high: 2, dtype: "f16" }),
  readSafetensors: of(() => [file()]),
  repeatInterleave: smooth((device) => [filled(device, 3, 5), 2, 0]),
  checkShape: of(() => ["zeros", [1, 2]]),
  requireArray: of(() => ["stack", "xs", [1]]),
  requireCount: of(() => ["take", "n", 3, 1, 5]),
  requireDevice: of((device) => ["zeros", device]),
  requireFlag: of(() => ["take", "sorted", true]),
  requireInstance: of(() => ["take", "cache", new Map(), Map, "a Map"]),
  requireIterable: of(() => ["take", "values", new Set([1])]),
  requireMap: of(() => ["take", "tensors", new Map()]),
  requireMethods: of(() => ["take", "tokenizer", { encode: () => 1 }, "a tokenizer", ["encode"]]),
  requireNumber: of(() => ["take", "rate", 0.5, "a number of at least 0", (value: number) => value >= 0]),
  requireTensorBytes: of(() => ["take", entry()]),
  requireText: of(() => ["take", "name", "a"]),
  requireFloats: of((device) => ["geluErf", { x: filled(device, 2) }]),
  requireFunction: of(() => ["capture", "fn", () => 1]),
  requireOptions: of(() => ["train", {}]),
  requireTensorList: of((device) => ["concat", "xs", [filled(device, 2)]]),
  requireTensors: of((device) => ["sum", { x: filled(device, 2) }]),
  requireDType: of(() => ["sum", "x", "f32", ["f32"]]),
  reshape: smooth((device) => [filled(device, 3, 5), [5, -1]]),
  roll: smooth((device) => [filled(device, 3, 5), [1, -2], [0, 1]]),
  safetensorsHeaderEnd: of(() => [file()]),
  sameShape: of(() => [
    [1, 2],
    [1, 2],
  ]),
  scatter: smooth(
    (device) => [filled(device, 5, 3), 0, counting(device, 5, 2, 3), filled(device, 2, 3), { mode: "set" }],
    { options: 4 },
  ),
  scatterAdd: smooth((device) => [filled(device, 3, 2), 1, counting(device, 4, 3, 2), 4]),
  segsumExp: smooth((device) => [negative(device, 2, 5)]),
  showShape: of(() => [[1, 2]]),
  sizeOf: of(() => [[1, 2]]),
  stridesOfTokens: of(() => [{ shape: [2, 3, 4], rows: { size: 4, pitch: 12, alignment: 4 } }]),
  slice: smooth((device) => [filled(device, 3, 5), 1, 1, -1]),
  softmax: smooth((device) => [filled(device, 3, 5), 0]),
  sort: smooth((device) => [filled(device, 3, 5), 1, { descending: true }], { options: 2 }),
  split: smooth((device) => [filled(device, 3, 8), [1, 2, 3, 2], 1]),
  splitPrimitive: of(() => [4]),
  squeeze: smooth((device) => [filled(device, 3, 1, 5), 1]),
  stack: of((device) => [[filled(device, 3, 5), filled(device, 3, 5)], 1]),
  sumTo: smooth((device) => [filled(device, 2, 3, 5), [3, 1]]),
  debugFlags: of(() => []),
  tensor: of(
    (device) => [
      [
        [1, 2],
        [3, 4],
      ],
      { device, dtype: "f16" },
    ],
    { options: 1 },
  ),
  tensorBytes: of(() => ["F32", [2], Float32Array.of(1, 2)]),
  threefry2x32: of(() => [1, 2, 3, 4]),
  tidy: scope((x) => neg(neg(x))),
  toDevice: of((device) => [filled(device, 3, 5), device]),
  tile: smooth((device) => [filled(device, 3, 5), [2, 1, 3]]),
  topk: smooth((device) => [filled(device, 3, 5), 2, 1, { largest: false }], { options: 3 }),
  transpose: smooth((device) => [filled(device, 2, 3, 4), 0, 2]),
  tril: smooth((device) => [filled(device, 3, 5), 1]),
  triu: smooth((device) => [filled(device, 3, 5), -1]),
  typedArrayOf: of(() => [entry()]),
  unfold: smooth((device) => [filled(device, 2, 6, 7), [2, 3], { stride: [2, 1], dilation: 2 }], { options: 2 }),
  uniformFromBits: of(() => [123456789]),
  unsqueeze: smooth((device) => [filled(device, 3, 5), 1]),
  valueAndGrad: of((device) => [(x: Tensor) => sum(square(x)), filled(device, 3)], {
    call: (make: (fn: unknown) => (x: Tensor) => unknown, [fn, x]: [unknown, Tensor]) => make(fn)(x),
  }),
  vjp: of((device) => {
    const x = filled(device, 3);
    return [() => [square(x), neg(x)], [x], [filled(device, 3), filled(device, 3)]];
  }),
  where: smooth((device) => [flags(device, 3, 5), filled(device, 5), filled(device, 3, 5)]),
  writeSafetensors: of(() => [new Map([["a", entry()]]), { a: "b" }]),
  zeros: filler([3, 5]),
  zerosInArena: of((device) => [[filled(device, 2), filled(device, 3)]]),
  zerosLike: of((device) => [counting(device, 3, 3)]),
};

/** Elementwise functions, as their primitives say: of one operand or of two that broadcast, with a gradient or without. */
function elementwiseExports(): Record<string, Example> {
  return Object.fromEntries(
    Object.entries(exported).flatMap(([name, value]) => {
      const row = typeof value === "function" ? elementwiseRow(name) : undefined;
      if (row === undefined || row.arity > 2) return [];
      const shapes = [[3, 5], [5]].slice(0, row.arity);
      const args: Example["args"] = (device) => shapes.map((shape) => filled(device, ...shape));
      return [[name, row.derivatives ? smooth(args) : of(args)]];
    }),
  );
}

/** The classes of errors. */
function errorExports(): Record<string, Example> {
  const classes = Object.entries(exported).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Error,
  );
  return Object.fromEntries(classes.map(([name]) => [name, errorClass]));
}

/** Frees a result, where it is a tensor: the wrong functions that are tried return others. */
function disposeOf(result: Partial<Tensor>): void {
  result.dispose?.();
}

/** A function that runs another, which uses a tensor of the caller's. */
function scope(body: (x: Tensor) => Tensor): Example {
  return of(
    (device) => {
      const x = filled(device, 3);
      return [() => body(x), x];
    },
    { call: (run: (fn: unknown) => unknown, [fn]: readonly unknown[]) => run(fn) },
  );
}

/** A primitive to try `apply` and `definePrimitive` with, made late: this file is read while @x/tensor still loads. */
function negPrimitive(): never {
  return {
    name: "twice",
    inputs: ["a"],
    outputs: ["y"],
    infer: ({ a }: { a: Tensor }) => ({ y: a }),
    reference: ({ a }: { a: Tensor }) => ({ y: mul(a, 2) }),
    cases: [],
  } as never;
}
