// Which kernels give a row of a batch other bits than the row alone: every op of a batch's reading and step is run again on the first tokens of one row of what it was given.
import type { Mamba2LM } from "@x/mamba2";
import {
  add,
  apply,
  type Device,
  gradientsOf,
  keep,
  noGrad,
  type Primitive,
  ShapeError,
  slice,
  sum,
  Tape,
  type Tensor,
  tidy,
  type WebGPUDevice,
} from "@x/tensor/core";
import { Comparison } from "./deviation.ts";
import { drawIds } from "./reading.ts";

type Tensors = Readonly<Record<string, Tensor>>;

/** Rows and tokens of the batch: primes, so that an axis of their size is one of rows or tokens. */
const [b, l] = [5, 37];
/** First tokens of a row that are given alone: what one, a few and many take may be other kernels. */
const prefixes = [1, 5, l];

/** How an operand's elements belong to sequences. */
function axesOf({ shape: [first, second] }: Tensor): "rows" | "rows of tokens" | "tokens" | "none" {
  if (first === b * l) return "tokens";
  if (first !== b) return "none";
  return second === l ? "rows of tokens" : "rows";
}

/** What of an operand belongs to the first tokens of the first row. */
function firstOf(x: Tensor, tokens: number): Tensor {
  const axes = axesOf(x);
  if (axes === "none") return x;
  if (axes === "tokens") return slice(x, 0, 0, tokens);
  const row = slice(x, 0, 0, 1);
  return axes === "rows" ? row : slice(row, 1, 0, tokens);
}

/** What a device runs for an op. */
function kernelsOf(device: Device, primitive: Primitive, inputs: Tensors, params: unknown): string {
  if (device.kind !== "webgpu") return primitive.name;
  const program = primitive.webgpu?.(inputs, params, (device as WebGPUDevice).runner.caps, {});
  return [...new Set(program?.dispatches.map(({ kernel }) => kernel.name))].join(" + ");
}

/** An op on a part of what it was given; undefined where that makes no sense. What it writes in place is a copy. */
function onFirst(
  primitive: Primitive,
  inputs: Tensors,
  params: unknown,
  tokens: number,
): { inputs: Tensors; outputs: Tensors } | undefined {
  const part = (name: string, x: Tensor): Tensor => {
    const first = firstOf(x, tokens);
    return primitive.mutates?.includes(name) ? add(first, 0) : first;
  };
  // the order of places by expert is the whole batch's, and no row's: a part is multiplied without
  const own = Object.entries(inputs).filter(([name]) => name !== "order" && name !== "offsets");
  const first = Object.fromEntries(own.map(([name, x]) => [name, part(name, x)]));
  try {
    return { inputs: first, outputs: apply(primitive, first, params) };
  } catch (error) {
    // what it makes is of the batch's shape: it moves numbers, and makes none
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

/** @returns of each op that is not bitwise its kernels for the batch and for one row, and how far they are apart */
export async function unevenKernels(model: Mamba2LM): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const reads: Promise<void>[] = [];
  const compare = async (key: string, ...both: [got: Tensor, want: Tensor]): Promise<void> => {
    const [got, want] = await Promise.all(both.map((x) => keep(x).data()));
    const comparison = new Comparison();
    comparison.add(Array.from(got!, Number), Array.from(want!, Number));
    if (!comparison.same) found.set(key, Math.max(found.get(key) ?? 0, comparison.far));
    for (const x of both) x.dispose();
  };
  const again = (primitive: Primitive, inputs: Tensors, outputs: Tensors, params: unknown): void => {
    const axes = Object.values(inputs).map(axesOf);
    if (primitive.alias || primitive.name === "expert_order" || axes.every((kind) => kind === "none")) return;
    const sequences = axes.some((kind) => kind === "tokens" || kind === "rows of tokens");
    for (const tokens of sequences ? prefixes : [1]) {
      const first = onFirst(primitive, inputs, params, tokens);
      if (!first) return;
      const names = [inputs, first.inputs].map((given) => kernelsOf(model.device, primitive, given, params));
      const key = `${primitive.name} (${[...new Set(names)].join("; of a row alone ")})`;
      for (const [name, y] of Object.entries(outputs)) {
        const isState = sequences && axesOf(y) === "rows"; // after the last token
        if (axesOf(y) === "none" || (isState && tokens < l)) continue;
        reads.push(compare(key, firstOf(y, tokens), first.outputs[name]!));
      }
    }
  };
  // a tape is shown every op
  const { record } = Tape.prototype;
  Tape.prototype.record = (...op) => noGrad(() => tidy(() => again(...op)));
  try {
    const watched = model.normF.weight.value;
    const { value, grads } = gradientsOf(() => {
      const { state } = model.prefill(Array.from({ length: b }, (_, r) => drawIds(model, r, l)));
      const next = model.step([1, 2, 3, 4, 5], state);
      for (const one of [state, next.logits, next.state]) one.dispose();
      return sum(watched);
    }, [watched]);
    for (const one of [value, ...grads]) one?.dispose();
  } finally {
    Tape.prototype.record = record;
  }
  await Promise.all(reads);
  return found;
}
