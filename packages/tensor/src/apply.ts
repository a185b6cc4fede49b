// `apply` is the only door from an op to a device.
import { contiguousPrimitive } from "./ops/contiguous-primitive.ts";
import { context } from "./context.ts";
import type { Device, Operand, PreparedRun } from "./device/device.ts";
import { type Inputs, mapValues, type Spec, storageBytes } from "./device/lowering.ts";
import { DeviceError } from "./errors.ts";
import type { Primitive } from "./primitive.ts";
import { requireTensors } from "./arguments/require-tensors.ts";
import { tidy } from "./memory/scope.ts";
import { showShape, sizeOf } from "./shape.ts";
import { Storage } from "./memory/storage.ts";
import { Tensor } from "./tensor.ts";
import { activeTapes, tracers } from "./autograd/tracers.ts";

/**
 * Applies a primitive: infers, runs it on the device of its inputs (or records it), and notes it on the active tapes.
 *
 * @throws ShapeError, DTypeError from `infer`; DeviceError when inputs are on different devices or the device has no
 *   path
 * @param x tensors by the names of `primitive.inputs`; shapes (`[…]`) and dtypes (f32 and others) as its `infer` asks
 * @param p the primitive's parameters, plain data
 * @returns tensors by the names of `primitive.outputs`
 * @example
 * apply(softmaxPrimitive, { x: tensor([[1, 2]]) }, { axis: 1 }).y; // [[0.2689, 0.7311]]
 */
export function apply<R extends string, Q extends string, O extends string, P>(
  primitive: Primitive<R, Q, O, P>,
  x: Inputs<R, Q, Tensor>,
  p: P,
): Record<O, Tensor> {
  const inputs = definedInputs(primitive as Primitive, x as Record<string, Tensor | undefined>);
  for (const name of primitive.mutates ?? [])
    if (inputs[name]) {
      requireUnviewed(primitive.name, name, inputs[name].storage);
      if (!tracers.recorder) inputs[name].storage.markWritten(); // what is recorded is written when the plan runs
    }
  const outputs =
    tracers.recorder?.follow(primitive as Primitive, inputs, p) ?? execute(primitive as Primitive, inputs, p);
  if (tracers.tapes.length > 0)
    for (const tape of activeTapes()) tape.record(primitive as Primitive, inputs, outputs, p);
  return outputs as Record<O, Tensor>;
}

function execute(primitive: Primitive, inputs: Readonly<Record<string, Tensor>>, p: unknown): Record<string, Tensor> {
  if (tracers.recorder?.followReference(primitive, inputs, p))
    return runReference(primitive, inputs, p, Object.values(inputs)[0]!.device);
  const specs = denseOutputs(primitive.infer(inputs, p) as Readonly<Record<string, Spec>>);
  const device = deviceOf(primitive.name, inputs);
  const views = primitive.alias?.(inputs, p);
  if (views) {
    const { storage, offset } = Object.values(inputs)[0]!;
    return mapValues(specs, ({ shape, dtype }, name) => {
      const { offset: start, rows } = views[name]!;
      return new Tensor(shape, dtype, storage.retain(), { offset: offset + start, rows });
    });
  }
  let copied: string[] | undefined;
  for (const name in inputs) if (!observes(primitive, name, inputs[name]!)) (copied ??= []).push(name);
  const prepared = device.prepare(primitive, copied ? denseSpecs(inputs, copied) : inputs, specs, p);
  if (!prepared) {
    tracers.recorder?.refer(primitive, inputs, p, device);
    return runReference(primitive, inputs, p, device);
  }
  if (copied) return runDense(primitive, prepared, inputs, copied, specs, p);
  return tracers.recorder
    ? tracers.recorder.record(primitive, inputs, specs, p, device)
    : run(primitive.name, prepared, inputs, specs, device);
}

/** Whether the kernels of a primitive read an input, or write an output, where it is. */
export function observes(
  { views, viewAlignment = 1, rowAxes }: Primitive,
  name: string,
  { shape, rows }: Pick<Spec, "shape" | "rows">,
): boolean {
  if (rows === undefined) return true;
  if (!views?.includes(name) || rows.alignment % viewAlignment !== 0) return false;
  const axes = (rowAxes as Readonly<Partial<Record<string, number>>> | undefined)?.[name];
  return axes === undefined || rows.size === sizeOf(shape) || rows.size === sizeOf(shape.slice(shape.length - axes));
}

/** What `infer` gives may be a spec of an input; the layout of that one is not the output's. */
function denseOutputs(specs: Readonly<Record<string, Spec>>): Readonly<Record<string, Spec>> {
  for (const name in specs) if (specs[name]!.rows) return mapValues(specs, ({ shape, dtype }) => ({ shape, dtype }));
  return specs;
}

function denseSpecs(inputs: Readonly<Record<string, Spec>>, names: readonly string[]): Record<string, Spec> {
  return mapValues(inputs, (spec, name) => (names.includes(name) ? { shape: spec.shape, dtype: spec.dtype } : spec));
}

/**
 * Runs or records a primitive with dense copies of the inputs `names`, which the tapes do not see. A recording may have
 * seen the op with such inputs before.
 */
function runDense(
  primitive: Primitive,
  prepared: PreparedRun,
  inputs: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  specs: Readonly<Record<string, Spec>>,
  p: unknown,
): Record<string, Tensor> {
  const copies: Tensor[] = [];
  tracers.tapes.push(null);
  try {
    const dense = { ...inputs };
    for (const name of names)
      copies.push((dense[name] = apply(contiguousPrimitive, { x: inputs[name]! }, undefined).y));
    const { device } = copies[0]!;
    const { recorder } = tracers;
    if (!recorder) return run(primitive.name, prepared, dense, specs, device);
    return recorder.follow(primitive, dense, p) ?? recorder.record(primitive, dense, specs, p, device);
  } finally {
    tracers.tapes.pop();
    for (const copy of copies) copy.dispose();
  }
}

/** Runs what was prepared for these inputs, into new memory. */
function run(
  op: string,
  prepared: PreparedRun,
  inputs: Readonly<Record<string, Tensor>>,
  specs: Readonly<Record<string, Spec>>,
  device: Device,
): Record<string, Tensor> {
  for (const name in specs) checkRoom(op, specs[name]!, device);
  const outputs: Record<string, Tensor> = {};
  try {
    for (const name in specs)
      outputs[name] = new Tensor(
        specs[name]!.shape,
        specs[name]!.dtype,
        Storage.allocate(device, storageBytes(specs[name]!)),
      );
    const [x, y] = [mapValues(inputs, operand), mapValues(outputs, operand)];
    if (context.watch) context.watch.op(device, op, { run: prepared, inputs: x, outputs: y });
    else prepared(x, y);
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
  tracers.tapes.push(null);
  try {
    const outputs = tidy(() => reference(inputs, p)) as Record<string, Tensor>;
    return distinct(outputs, new Set(Object.values(inputs)));
  } finally {
    tracers.tapes.pop();
  }
}

/**
 * Outputs as tensors of their own: one that is an input, or another output, becomes a second tensor over its memory.
 */
function distinct(outputs: Readonly<Record<string, Tensor>>, taken: Set<Tensor>): Record<string, Tensor> {
  return mapValues(outputs, (tensor) => {
    const own = taken.has(tensor) ? new Tensor(tensor.shape, tensor.dtype, tensor.storage.retain(), tensor) : tensor;
    taken.add(own);
    return own;
  });
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

function operand({ shape, dtype, rows, offset, storage }: Tensor): Operand {
  return { shape, dtype, rows, offset, block: storage.block };
}

/**
 * Raises about memory that is to be written in place while a view of it, which would change too, is alive, and about
 * constants.
 */
export function requireUnviewed(op: string, name: string, storage: Storage): void {
  if (!storage.viewed) return;
  throw new TypeError(
    `${op}: ${name} is written in place, so no view of its memory may be alive, and it must be no constant. Dispose of views, or copy them with contiguous().`,
  );
}

function deviceOf(op: string, inputs: Readonly<Record<string, Tensor>>): Device {
  for (const name in inputs) return inputs[name]!.device;
  throw new TypeError(`${op}: must have an input.`);
}

/** The inputs that are given: living tensors of one device, none that must be there missing. */
function definedInputs(primitive: Primitive, x: Readonly<Record<string, Tensor | undefined>>): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  for (const name in x) if (x[name] !== undefined) inputs[name] = x[name];
  for (const name of primitive.inputs) if (inputs[name] === undefined) inputs[name] = x[name] as Tensor;
  requireTensors(functionName(primitive.name), inputs);
  return inputs;
}

const functionNames = new Map<string, string>();

/** What the function of a primitive is called: `log_softmax` is logSoftmax. */
function functionName(primitive: string): string {
  let name = functionNames.get(primitive);
  if (name === undefined) {
    name = primitive.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    functionNames.set(primitive, name);
  }
  return name;
}

function show(specs: Readonly<Record<string, Spec>>): string {
  return Object.entries(specs)
    .map(([name, { shape, dtype }]) => `${name} ${dtype}${showShape(shape)}`)
    .join(", ");
}
