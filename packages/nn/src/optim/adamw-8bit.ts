// The moments of AdamW as 8-bit numbers: which parameters have such, their layout, and their updates.
import { dynamicBlock } from "@x/base";
import { apply, joinAdjacent, type Spec, type Tensor, tensor } from "@x/tensor/core";
import { adamw8bitPrimitive, blockWords } from "../ops/adamw8bit/index.ts";
import type { Trainable, UpdateCall } from "./optimizer.ts";
import { hyperByCount } from "./own-steps.ts";
import { slotOf, type Slot } from "./state.ts";

/** Parameters of fewer elements keep moments in f32, which cost little there. */
const LEAST_ELEMENTS = 4096;

/**
 * Whether a parameter's moments are held in 8 bits. Embeddings keep f32: most of their rows have no gradient in a step, and what is left of a moment after the decay of one
 * step often rounds to what it was, so that such rows would go on moving.
 */
export function has8bitMoments({ role, value }: Trainable): boolean {
  return value.dtype === "f32" && value.size >= LEAST_ELEMENTS && role !== "embedding";
}

const blocksOf = ({ size }: Tensor): number => Math.ceil(size / dynamicBlock);
const codes = (value: Tensor): Spec => ({ shape: [blocksOf(value), blockWords], dtype: "u32" });

/** Of both moments the codes, four a word, and per block of 256 elements the scales of both. */
export const slots8bit: readonly Slot[] = [
  { name: "mCodes", specOf: codes },
  { name: "vCodes", specOf: codes },
  { name: "scales", specOf: (value) => ({ shape: [blocksOf(value), 2], dtype: "f32" }) },
];

/** How many bytes of a parameter a byte of it, of its gradient and of each slot covers. */
const PER = [1, 1, 4, 4, dynamicBlock / 2];

/** Updates the parameters of a call, all of which have such moments: one dispatch for those that are neighbours in memory. */
export function update8bit(call: UpdateCall, decays: boolean): void {
  const { parameters, grads, state, scale } = call;
  const numbers = hyperByCount(call);
  const rows = parameters.map(({ path, value }, i) => [
    value,
    grads[i]!,
    ...slots8bit.map(({ name }) => slotOf(state, name, path)),
  ]);
  for (const span of joinAdjacent(rows, (before, after) => numbers(before) === numbers(after), PER)) {
    const [param, grad, mCodes, vCodes, scales] = span.tensors as [Tensor, Tensor, Tensor, Tensor, Tensor];
    /** Bytes between where a slot of the span's first parameter begins and where that of another does. */
    const distance = (row: number, slot: number): number =>
      rows[row]![slot]!.storage.offsetBytes - rows[span.rows[0]!]![slot]!.storage.offsetBytes;
    const table = span.rows.flatMap((row, i) => {
      const start = span.starts[i]!;
      const decay = decays && parameters[row]!.decay;
      return [
        distance(row, 2) / dynamicBlock,
        Math.max(0, start),
        Math.min(param.size, start + parameters[row]!.value.size),
        distance(row, 4) / 8,
        decay ? 1 : 0,
      ];
    });
    apply(
      adamw8bitPrimitive,
      {
        param,
        grad,
        mCodes,
        vCodes,
        scales,
        table: tensor(Uint32Array.from(table), { shape: [span.rows.length, 5], device: param.device }),
        hyper: numbers(span.rows[0]!),
        gradScale: scale,
      },
      undefined,
    );
  }
}
