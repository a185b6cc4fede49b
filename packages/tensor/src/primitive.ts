// A primitive is one object that holds everything about an op; `apply` is the only door to a device.
import { describeValue } from "@x/base";
import type { WasmProgram } from "@x/kernels-wasm";
import type { Caps, Program } from "@x/kernels-wgsl";
import { activeTapes, context } from "./context.ts";
import type { Device } from "./device/device.ts";
import { dtypeBytes, type DType, type HostArray } from "./dtype.ts";
import { DeviceError, DTypeError } from "./errors.ts";
import { type Shape, showShape, sizeOf } from "./shape.ts";
import { Storage } from "./storage.ts";
import { Tensor } from "./tensor.ts";
import { tidy } from "./scope.ts";

/** What is known about a tensor before it exists. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A tensor on the host, as the CPU paths see it. */
export interface HostTensor extends Spec {
  readonly data: HostArray;
}

/** Inputs by name: `R` required, `Q` optional. */
export type Inputs<R extends string, Q extends string, T> = { readonly [K in R]: T } & {
  readonly [K in Q]?: T | undefined;
};

/** What a vjp gets: the primitive's inputs, outputs and parameters, the gradients that arrived, and which inputs want one. */
export interface VjpCall<R extends string, Q extends string, O extends string, P> {
  readonly x: Inputs<R, Q, Tensor>;
  readonly y: Readonly<Record<O, Tensor>>;
  /** Absent where no gradient reached that output. */
  readonly grad: { readonly [K in O]?: Tensor };
  readonly p: P;
  needs(input: R | Q): boolean;
}

/** How a test input is filled; numbers are drawn from a fixed seed. Default: normal, mean 0, std 1. */
export type Fill =
  | { readonly normal: readonly [mean: number, std: number] }
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly integers: readonly [low: number, highExclusive: number] }
  | { readonly values: readonly number[] };

/** An input of a case. */
export interface CaseInput {
  readonly shape: Shape;
  readonly dtype?: DType;
  readonly fill?: Fill;
}

/** One set of shapes and parameters. Cases drive the tests on every device, the gradient check, golden WGSL and the bench. */
export interface Case<R extends string = string, Q extends string = string, P = unknown> {
  readonly name: string;
  readonly inputs: Inputs<R, Q, CaseInput>;
  readonly params: P;
  /** A size to be timed, too large to be tested. */
  readonly bench?: boolean;
  /** No gradient check, with the reason (a kink inside the inputs, integers only …). */
  readonly noGradCheck?: string;
  /** Allowed rms(got − ref)/rms(ref) in f32, with the reason when it is not the default. */
  readonly tolerance?: { readonly ratio: number; readonly why: string };
}

/** Work of one call. */
export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/**
 * Everything about one op. A core primitive has `cpu` loops; a fused one is born with its `reference`, made of other primitives,
 * which is its oracle and documentation and runs wherever no faster path exists.
 */
export interface Primitive<
  R extends string = string,
  Q extends string = string,
  O extends string = string,
  P = unknown,
> {
  readonly name: string;
  readonly inputs: readonly R[];
  readonly optional?: readonly Q[];
  readonly outputs: readonly O[];
  /** Outputs kept only for the gradient: users do not get them, and no gradient flows through them. */
  readonly saved?: readonly NoInfer<O>[];
  /** The output is the input's memory under another shape: nothing runs. */
  readonly alias?: true;
  /** The bytes of the input `source` are copied to where `target` lies, by the device itself: no kernel runs. */
  readonly transfer?: true;
  /** Inputs that are written in place. Such a primitive has no gradient. */
  readonly mutates?: readonly NoInfer<R | Q>[];
  /** Shapes and dtypes of the outputs; the only place that raises about those of the inputs. An output may be left out for some parameters. */
  infer(x: NoInfer<Inputs<R, Q, Spec>>, p: P): NoInfer<{ readonly [K in O]?: Spec }>;
  /** Raises about the values of inputs (ids outside of a table), on the CPU only: before the loops and before the kernels. */
  check?(x: NoInfer<Inputs<R, Q, HostTensor>>, p: P): void;
  /** Loops over host memory that write every element of `y`. They serve f32 and f64 alike and accumulate in doubles. */
  cpu?(x: NoInfer<Inputs<R, Q, HostTensor>>, y: NoInfer<Readonly<Record<O, HostTensor>>>, p: P): void;
  reference?(x: NoInfer<Inputs<R, Q, Tensor>>, p: P): NoInfer<{ readonly [K in O]?: Tensor }>;
  /** The program that computes it, buffers named like inputs and outputs; undefined where these inputs have no kernel (then the reference runs). */
  webgpu?(x: NoInfer<Inputs<R, Q, Spec>>, p: P, caps: Caps): Program | undefined;
  /** The calls that compute it on the CPU device, buffers named like inputs and outputs; undefined where these inputs have no kernel (then the loops run). */
  wasm?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): WasmProgram | undefined;
  /** Gradients of the inputs, made of primitives. Absent: the reference is differentiated. */
  vjp?(call: NoInfer<VjpCall<R, Q, O, P>>): NoInfer<{ readonly [K in R | Q]?: Tensor | undefined }>;
  readonly cases: NoInfer<readonly Case<R, Q, P>[]>;
  cost?(x: NoInfer<Inputs<R, Q, Spec>>, p: P): Cost;
}

/** Declares a primitive; exists for its type inference. */
export function definePrimitive<const R extends string, const O extends string, P, const Q extends string = never>(
  primitive: Primitive<R, Q, O, P>,
): Primitive<R, Q, O, P> {
  return primitive;
}

/**
 * Applies a primitive: infers, runs it on the device of its inputs (or records it), and notes it on the active tapes.
 *
 * @throws ShapeError, DTypeError from `infer`; DeviceError when inputs lie on different devices or the device has no path
 */
export function apply<R extends string, Q extends string, O extends string, P>(
  primitive: Primitive<R, Q, O, P>,
  x: Inputs<R, Q, Tensor>,
  p: P,
): Record<O, Tensor> {
  const inputs = definedInputs(primitive as Primitive, x as Record<string, Tensor | undefined>);
  const outputs =
    context.recorder?.follow(primitive as Primitive, inputs, p) ?? execute(primitive as Primitive, inputs, p);
  if (context.tapes.length > 0)
    for (const tape of activeTapes()) tape.record(primitive as Primitive, inputs, outputs, p);
  return outputs as Record<O, Tensor>;
}

function execute(primitive: Primitive, inputs: Readonly<Record<string, Tensor>>, p: unknown): Record<string, Tensor> {
  if (context.recorder?.followReference(primitive, inputs, p))
    return runReference(primitive, inputs, p, Object.values(inputs)[0]!.device);
  const specs = primitive.infer(inputs, p) as Readonly<Record<string, Spec>>;
  const device = deviceOf(primitive.name, inputs);
  if (primitive.alias) {
    const storage = Object.values(inputs)[0]!.storage.retain();
    return mapValues(specs, (spec) => new Tensor(spec.shape, spec.dtype, storage));
  }
  if (!device.runs(primitive, inputs, p)) {
    context.recorder?.refer(primitive, inputs, p, device);
    return runReference(primitive, inputs, p, device);
  }
  if (context.recorder) return context.recorder.record(primitive, inputs, specs, p, device);
  for (const name in specs) checkRoom(primitive.name, specs[name]!, device);
  const run = device.prepare(primitive, inputs, specs, p);
  const outputs: Record<string, Tensor> = {};
  try {
    for (const name in specs)
      outputs[name] = new Tensor(
        specs[name]!.shape,
        specs[name]!.dtype,
        Storage.allocate(device, storageBytes(specs[name]!)),
      );
    run(mapValues(inputs, operand), mapValues(outputs, operand));
  } catch (error) {
    for (const name in outputs) outputs[name]!.dispose();
    throw error;
  }
  return outputs;
}

function runReference(
  primitive: Primitive,
  inputs: Readonly<Record<string, Tensor>>,
  p: unknown,
  device: Device,
): Record<string, Tensor> {
  const reference = primitive.reference?.bind(primitive);
  if (!reference) {
    throw new DeviceError(
      `${primitive.name}: must have a path on device ${device.kind}; it has none for these inputs (${show(inputs)}).`,
      {
        device: device.kind,
      },
    );
  }
  context.tapes.push(null);
  try {
    const outputs = tidy(() => reference(inputs, p)) as Record<string, Tensor>;
    return distinct(outputs, new Set(Object.values(inputs)));
  } finally {
    context.tapes.pop();
  }
}

/** Outputs as tensors of their own: one that is an input, or another output, becomes a second tensor over its memory. */
function distinct(outputs: Readonly<Record<string, Tensor>>, taken: Set<Tensor>): Record<string, Tensor> {
  return mapValues(outputs, (tensor) => {
    const own = taken.has(tensor) ? new Tensor(tensor.shape, tensor.dtype, tensor.storage.retain()) : tensor;
    taken.add(own);
    return own;
  });
}

/** Bytes a tensor takes on a device: whole 4-byte words, at least one. */
export function storageBytes(spec: Spec): number {
  return Math.max(4, Math.ceil((sizeOf(spec.shape) * dtypeBytes(spec.dtype)) / 4) * 4);
}

/** Raises a {@link DeviceError} with the bytes when a tensor is larger than anything its device can hold. */
export function checkRoom(op: string, spec: Spec, device: Device): void {
  const needed = storageBytes(spec);
  if (needed <= device.maxBytes) return;
  throw new DeviceError(
    `${op}: a tensor on this device (${device.description}) must have at most ${device.maxBytes} bytes; ${spec.dtype}${showShape(spec.shape)} has ${needed}.`,
    { op, device: device.kind, needed, available: device.maxBytes },
  );
}

function operand(tensor: Tensor): { shape: Shape; dtype: DType; block: Storage["block"] } {
  return { shape: tensor.shape, dtype: tensor.dtype, block: tensor.storage.block };
}

function deviceOf(op: string, inputs: Readonly<Record<string, Tensor>>): Device {
  let device: Device | undefined;
  for (const name in inputs) {
    const own = inputs[name]!.device;
    device ??= own;
    if (own !== device) {
      throw new DeviceError(
        `${op}: inputs must lie on one device; got ${describePair(device, own)}. Move one with to(device).`,
        { device: device.kind },
      );
    }
  }
  if (!device) throw new TypeError(`${op}: must have an input.`);
  return device;
}

/** Two devices so that they can be told apart. */
function describePair(a: Device, b: Device): string {
  if (a.kind !== b.kind) return `${a.kind} and ${b.kind}`;
  return a.description === b.description
    ? `two ${a.kind} devices (each: ${a.description})`
    : `two ${a.kind} devices (${a.description}; ${b.description})`;
}

/** The inputs that are given, all of them tensors, none that must be there missing. */
function definedInputs(primitive: Primitive, x: Readonly<Record<string, Tensor | undefined>>): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const name in x) {
    const value = x[name];
    if (value === undefined) continue;
    if (!(value instanceof Tensor)) throw notATensor(primitive, name, value);
    inputs[name] = value;
  }
  for (const name of primitive.inputs) if (inputs[name] === undefined) throw notATensor(primitive, name, undefined);
  return inputs;
}

function notATensor({ name: op }: Primitive, name: string, value: unknown): DTypeError {
  return new DTypeError(`${op}: ${name} must be a tensor; got ${describeValue(value)}.`, { op, got: value });
}

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  const result: Record<string, B> = {};
  for (const key in record) result[key] = map(record[key]!, key);
  return result;
}

function show(specs: Readonly<Record<string, Spec>>): string {
  return Object.entries(specs)
    .map(([name, { shape, dtype }]) => `${name} ${dtype}${showShape(shape)}`)
    .join(", ");
}
