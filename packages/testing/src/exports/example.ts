// What the table of exports is made of: for each exported name, arguments it can be called with on a device, or why it is not called.
import { type Device, tensor, type Tensor } from "@x/tensor";

/** One right call of an export. */
export interface Example {
  /** The arguments, made for every call. */
  args(device: Device): readonly unknown[] | Promise<readonly unknown[]>;
  /** The call; default `exported(...args)`. For a class: how it is made, and what is done with it. */
  call?(exported: never, args: never, device: Device): unknown;
  /** Which argument is the options object, where there is one. */
  readonly options?: number;
  /** The only kind of device on which the call means something. */
  readonly only?: Device["kind"];
  /** Gradients flow to its arguments that are float tensors. */
  readonly differentiable?: true;
}

/** An export that no test calls, with the reason. */
export interface NotCalled {
  readonly notCalled: string;
}

export type ExportTable = Readonly<Record<string, Example | NotCalled>>;

type Args = Example["args"];

/** A function of arguments on a device. */
export function of(args: Args, more: Omit<Example, "args"> = {}): Example {
  return { args, ...more };
}

/** A function of tensors that gradients flow through. */
export function smooth(args: Args, more: Omit<Example, "args"> = {}): Example {
  return { args, differentiable: true, ...more };
}

/** Exports of one kind that are no functions, or that other tests call with all they can be given. */
export function notCalled(why: string, ...names: readonly string[]): Record<string, NotCalled> {
  return Object.fromEntries(names.map((name) => [name, { notCalled: why }]));
}

/** An error class, made of a sentence. */
export const errorClass: Example = of(() => ["a: must be b."], { call: construct });

/** Makes an instance of a class. */
export function construct<A extends readonly unknown[], T>(Kind: new (...args: A) => T, args: A): T {
  return new Kind(...args);
}

/** Uses the first argument, a model or a layer, and frees it then; where it is something else, the export refuses it. */
export async function thenDispose<R>([owner]: readonly unknown[], use: () => R): Promise<Awaited<R>> {
  try {
    return await use();
  } finally {
    (owner as { dispose?(): void } | null | undefined)?.dispose?.();
  }
}

/** Calls a function of a model or a layer, its first argument, and frees that. */
export function callThenDispose(call: (...args: readonly unknown[]) => unknown, args: readonly unknown[]): unknown {
  return thenDispose(args, () => call(...args));
}

/** A tensor of numbers around 0.5 that are all different: no ties, no zero, good for logarithms and roots. */
export function filled(device: Device, ...shape: readonly number[]): Tensor {
  return scaled(1, device, shape);
}

/** {@link filled} below zero. */
export function negative(device: Device, ...shape: readonly number[]): Tensor {
  return scaled(-1, device, shape);
}

function scaled(factor: number, device: Device, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => factor * (0.25 + ((i * 37) % 101) / 202)),
    { shape, device },
  );
}

/** Whole numbers 0, 1, … below `below`, over and over. */
export function counting(device: Device, below: number, ...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Int32Array.from({ length: size }, (_, i) => i % below),
    { shape, device },
  );
}

/** Truth values, by turns. */
export function flags(device: Device, ...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => i % 2),
    { shape, dtype: "bool", device },
  );
}
