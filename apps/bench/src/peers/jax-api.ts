// What is used of @jax-js/jax 0.1, typed by hand: the package is not installed where this is checked.

/** An array. It is consumed by use: `.ref` keeps one for another. */
export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
  reshape(shape: readonly number[]): JaxArray;
  transpose(axes: readonly number[]): JaxArray;
  slice(...ranges: readonly (number | readonly number[] | null)[]): JaxArray;
}

export type JaxTree = JaxArray | readonly JaxTree[] | { readonly [name: string]: JaxTree };
type Unary = (x: JaxArray) => JaxArray;
type Binary = (x: JaxArray | number, y: JaxArray | number) => JaxArray;
type Reduction = (x: JaxArray, axis?: number | null, options?: { readonly keepdims: boolean }) => JaxArray;

export interface Jax {
  init(device: string): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit<A extends readonly JaxTree[], R extends JaxTree>(f: (...args: A) => R): ((...args: A) => R) & { dispose(): void };
  blockUntilReady(arrays: JaxTree): Promise<unknown>;
  valueAndGrad<A extends readonly JaxTree[], G>(
    f: (...args: A) => JaxArray,
    options?: { readonly argnums: number | readonly number[] },
  ): (...args: A) => [JaxArray, G];
  readonly numpy: {
    array(data: Float32Array | Int32Array, options: { shape: readonly number[] }): JaxArray;
    zeros(shape: readonly number[]): JaxArray;
    tril(x: JaxArray, k?: number): JaxArray;
    ones(shape: readonly number[]): JaxArray;
    matmul: Binary;
    add: Binary;
    subtract: Binary;
    multiply: Binary;
    divide: Binary;
    square: Unary;
    sqrt: Unary;
    reciprocal: Unary;
    exp: Unary;
    negative: Unary;
    mean: Reduction;
    sum: Reduction;
    cumsum(x: JaxArray, axis: number): JaxArray;
    take(x: JaxArray, index: JaxArray, axis: number): JaxArray;
    pad(x: JaxArray, width: readonly (readonly [number, number])[]): JaxArray;
    concatenate(parts: readonly JaxArray[], axis: number): JaxArray;
    where(condition: JaxArray, x: JaxArray | number, y: JaxArray | number): JaxArray;
    greater(x: JaxArray, y: number): JaxArray;
    einsum(subscripts: string, ...operands: readonly JaxArray[]): JaxArray;
  };
  readonly nn: {
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
    silu: Unary;
    softplus: Unary;
  };
}
