// What is used of @tensorflow/tfjs-core 4, typed by hand: the package is not installed where this is checked.

export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}

export interface TfVariable extends TfTensor {
  readonly trainable: boolean;
}

interface TfOptimizer {
  minimize(f: () => TfTensor, returnCost: true, variables: readonly TfVariable[]): TfTensor;
  dispose(): void;
}

/** The WebGPU backend's own members. */
export interface TfGpuBackend {
  readonly device: GPUDevice;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

type Unary = (x: TfTensor) => TfTensor;
type Binary = (x: TfTensor, y: TfTensor | number) => TfTensor;
type Reduction = (x: TfTensor, axis?: number, keep?: boolean) => TfTensor;

export interface Tf {
  tensor(data: Float32Array | Int32Array, shape: readonly number[], dtype: "float32" | "int32"): TfTensor;
  variable(initial: TfTensor): TfVariable;
  tidy<T>(f: () => T): T;
  registerBackend(name: string, factory: () => unknown): boolean;
  copyRegisteredKernels?(from: string, to: string): void;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  backend(): unknown;
  readonly train: { adam(lr: number, beta1: number, beta2: number, eps: number): TfOptimizer };
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  add: Binary;
  sub: Binary;
  mul: Binary;
  square: Unary;
  rsqrt: Unary;
  sigmoid: Unary;
  exp: Unary;
  neg: Unary;
  mean: Reduction;
  sum: Reduction;
  logSumExp: Reduction;
  cumsum(x: TfTensor, axis: number, exclusive?: boolean): TfTensor;
  gather(x: TfTensor, index: TfTensor, axis: number): TfTensor;
  oneHot(x: TfTensor, depth: number): TfTensor;
  cast(x: TfTensor, dtype: "float32"): TfTensor;
  softmax(x: TfTensor, axis: number): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  transpose(x: TfTensor, axes: readonly number[]): TfTensor;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
  pad(x: TfTensor, widths: readonly (readonly [number, number])[]): TfTensor;
  depthwiseConv2d(x: TfTensor, filter: TfTensor, strides: number, pad: "valid"): TfTensor;
  valueAndGrads(
    f: (...args: TfTensor[]) => TfTensor,
  ): (args: readonly TfTensor[]) => { readonly value: TfTensor; readonly grads: TfTensor[] };
}
