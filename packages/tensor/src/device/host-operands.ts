// Operands of loops: the elements of a tensor in the heap as arrays, views among them.
import { dtypeBytes, type HostArray, hostView, hostArray } from "../numbers/dtype.ts";
import { copyView } from "../ops/strided.ts";
import { extentOf, stridesOfSpec } from "../row-layout.ts";
import { sizeOf } from "../shape.ts";
import type { Operand } from "./device.ts";
import type { CpuBlock } from "./heap.ts";
import type { HostTensor } from "./lowering.ts";

/** Where an operand starts in its buffer, in bytes. */
export function startOf({ dtype, block, offset }: Operand): number {
  return (block as CpuBlock).offsetBytes + offset * dtypeBytes(dtype);
}

/** All elements of an operand's memory, from its first to its last. */
function extent(operand: Operand): HostArray {
  return hostView(operand.dtype, (operand.block as CpuBlock).buffer, startOf(operand), extentOf(operand));
}

/** An operand as the loops read it: dense, a copy where it is in rows. */
export function hostTensor(operand: Operand): HostTensor {
  const { shape, dtype, rows } = operand;
  if (!rows) return { shape, dtype, data: extent(operand) };
  const data = hostArray(dtype, sizeOf(shape));
  copyView(extent(operand), data, { shape, strides: stridesOfSpec(operand), offset: 0 });
  return { shape, dtype, data };
}

/** The array that loops write: the operand's memory, or a dense array to scatter where the operand is in rows. */
export function hostResult(operand: Operand): HostTensor {
  const { shape, dtype, rows } = operand;
  return { shape, dtype, data: rows ? hostArray(dtype, sizeOf(shape)) : extent(operand) };
}

export function scatter({ data }: HostTensor, operand: Operand): void {
  const { size, pitch } = operand.rows!;
  const target = extent(operand);
  for (let from = 0, to = 0; from < data.length; from += size, to += pitch)
    target.set(data.subarray(from, from + size), to);
}
