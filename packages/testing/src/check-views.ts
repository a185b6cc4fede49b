// What views must not change: every input of a primitive handed over as a part of a larger tensor gives the same bits as a tensor of its own.
import {
  apply,
  broadcastTo,
  capture,
  type Case,
  concat,
  type Device,
  dtypeBytes,
  type HostArray,
  type Primitive,
  reshape,
  sizeOf,
  slice,
  tensor,
  type Tensor,
  tidy,
} from "@x/tensor";
import { caseInputs, testedCases } from "./cases.ts";
import { differentiable, evaluate, expectSameBits, gradients } from "./check-primitive.ts";

/** Columns of other numbers before and after those of the view. */
interface Around {
  readonly before: number;
  readonly after: number;
}

/** Views that kernels can only read element by element, and views that they can read by fours. */
export const viewLayouts: Readonly<Record<string, Around>> = {
  odd: { before: 3, after: 2 },
  fours: { before: 4, after: 8 },
};

/** What surrounds a view: were it read, it would show. */
function surroundings({ dtype }: Tensor): number {
  return dtype === "f32" || dtype === "f64" ? NaN : dtype === "bool" ? 1 : dtypeBytes(dtype) === 2 ? 0x7e01 : 77;
}

/** The elements of `x` as columns of a larger tensor. */
async function asView(x: Tensor, { before, after }: Around): Promise<Tensor> {
  const values = await x.data();
  const columns = x.shape.at(-1) ?? 1;
  const width = before + columns + after;
  const rows = sizeOf(x.shape.slice(0, -1));
  const wide = values.constructor as new (length: number) => HostArray;
  const data = new wide(rows * width).fill(surroundings(x));
  for (let row = 0; row < rows; row++)
    data.set(values.subarray(row * columns, (row + 1) * columns) as Float32Array & Uint16Array, row * width + before);
  return tidy(() => {
    const base = tensor(data as Float32Array, {
      shape: [...x.shape.slice(0, -1), width],
      dtype: x.dtype,
      device: x.device,
    });
    const view = slice(base, -1, before, before + columns);
    return x.shape.length === 0 ? reshape(view, []) : view;
  });
}

async function viewsOf(
  inputs: Readonly<Record<string, Tensor>>,
  around: Around,
  written: readonly string[],
): Promise<Record<string, Tensor>> {
  const views: Record<string, Tensor> = {};
  for (const [name, x] of Object.entries(inputs)) views[name] = written.includes(name) ? x : await asView(x, around);
  return views;
}

/**
 * The cases of a primitive that are tried as views: all of them in test:full, else a few. One is enough where the primitive takes no views: `apply` then makes copies, whatever
 * the op.
 */
export function viewedCases(primitive: Primitive, set: string | undefined): readonly Case[] {
  const cases = testedCases(primitive);
  return set === "full" ? cases : cases.slice(0, primitive.views ? 4 : 1);
}

/** Forward, gradient and captured forward of a case over views, against the same over tensors of their own. */
export async function checkViews(primitive: Primitive, one: Case, device: Device): Promise<void> {
  const written = primitive.mutates ?? [];
  const inputs = (): Record<string, Tensor> => caseInputs(primitive, one, device);
  const dense = await evaluate(primitive, inputs(), one.params);
  const denseGradients = differentiable(primitive) ? await gradients(primitive, inputs(), one.params) : {};
  for (const [layout, around] of Object.entries(viewLayouts)) {
    const what = `${one.name}, ${layout} views`;
    const views = await viewsOf(inputs(), around, written);
    expectSameBits(`${what}: forward`, dense, await evaluate(primitive, views, one.params));
    if (differentiable(primitive))
      expectSameBits(`${what}: gradient`, denseGradients, await gradients(primitive, views, one.params));
    if (written.length > 0) continue;
    const captured = capture((x: Record<string, Tensor>) => apply(primitive, x, one.params) as Record<string, Tensor>);
    const closed = capture(() => apply(primitive, views, one.params) as Record<string, Tensor>);
    for (let call = 0; call < 2; call++) {
      expectSameBits(`${what}: captured, as arguments`, dense, await read(captured(views)));
      expectSameBits(`${what}: captured, from outside`, dense, await read(closed()));
    }
    captured.dispose();
    closed.dispose();
    await checkPlacedOutputs(primitive, one, device, dense);
    for (const x of Object.values(views)) x.dispose();
  }
}

/** Every output that can be written as a view, made in its place in a wider tensor by a captured function. */
async function checkPlacedOutputs(
  primitive: Primitive,
  one: Case,
  device: Device,
  dense: Readonly<Record<string, HostArray>>,
): Promise<void> {
  const inputs = caseInputs(primitive, one, device);
  const axesOf = primitive.rowAxes as Readonly<Partial<Record<string, number>>> | undefined;
  for (const name of Object.keys(dense)) {
    if (!primitive.views?.includes(name)) continue;
    const run = capture((x: Record<string, Tensor>, beside: Tensor) => {
      const output = (apply(primitive, x, one.params) as Record<string, Tensor>)[name]!;
      const lead = output.shape.slice(0, output.shape.length - (axesOf?.[name] ?? 1));
      const row = reshape(output, [...lead, sizeOf(output.shape.slice(lead.length))]);
      const filler = broadcastTo(beside, [...lead, 4]);
      return { wide: concat([filler, row, filler], -1) };
    });
    const output = primitive.infer(inputs, one.params)[name]!;
    if (output.shape.length === 0 || sizeOf(output.shape) === 0 || dtypeBytes(output.dtype) < 4) continue;
    const beside = tensor(77, { dtype: output.dtype, device });
    for (let call = 0; call < 2; call++) {
      const { wide } = run(inputs, beside);
      const part = slice(wide, -1, 4, -4);
      expectSameBits(`${one.name}: ${name} in its place`, { [name]: dense[name]! }, { [name]: await part.data() });
      part.dispose();
      wide.dispose();
    }
    run.dispose();
  }
}

async function read(outputs: Readonly<Record<string, Tensor>>): Promise<Record<string, HostArray>> {
  const arrays: Record<string, HostArray> = {};
  for (const [name, output] of Object.entries(outputs)) {
    arrays[name] = await output.data();
    output.dispose();
  }
  return arrays;
}
