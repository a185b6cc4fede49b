// Operands on a GPU: the buffer, or the part of one, that a prepared program binds for each, and the elements before the operand in it.
import { type Bindable, type BufferRange, type PreparedProgram, rangeAlignment } from "@x/kernels-wgsl";
import { dtypeBytes } from "../dtype.ts";
import { extentOf } from "../row-layout.ts";
import type { Block, Operand, PreparedRun } from "./device.ts";
import { faultsName, type IdFaults } from "./id-faults.ts";
import { storageBytes } from "./lowering.ts";

/** A buffer or a part of one. */
export interface GpuBlock extends Block, BufferRange {
  readonly part: boolean;
}

/**
 * Bindings start at multiples of {@link rangeAlignment}: the one that holds an operand, and the elements before the
 * operand in it.
 */
function bindingOf(operand: Operand, maxOperandBytes: number): { readonly piece: Bindable; readonly before: number } {
  const { dtype, rows, offset } = operand;
  const block = operand.block as GpuBlock;
  const bytes = dtypeBytes(dtype);
  const neededBytes = storageBytes({ shape: [extentOf(operand)], dtype });
  if (offset === 0 && !rows && (block.sizeBytes <= maxOperandBytes || neededBytes >= block.sizeBytes))
    return { piece: block.part ? block : block.buffer, before: 0 };
  const startBytes = offset * bytes;
  const before = startBytes % rangeAlignment;
  const offsetBytes = block.offsetBytes + startBytes - before;
  const sizeBytes = Math.min(block.sizeBytes - (startBytes - before), Math.ceil((before + neededBytes) / 16) * 16);
  return { piece: { buffer: block.buffer, offsetBytes, sizeBytes }, before: before / bytes };
}

/**
 * A prepared program over operands. They are put in order once: a replay gives the same records every time, with blocks
 * that may differ.
 */
export function runOf({ names, run }: PreparedProgram, maxOperandBytes: number, idFaults: IdFaults): PreparedRun {
  const faultsAt = names.indexOf(faultsName);
  const pieces: Bindable[] = [];
  const offsets: number[] = [];
  let operands: readonly Operand[] = [];
  let [inputs, outputs]: readonly (Readonly<Record<string, Operand>> | null)[] = [null, null];
  return (x, y) => {
    if (x !== inputs || y !== outputs) {
      [inputs, outputs] = [x, y];
      operands = names.map((name) => (x[name] ?? y[name])!);
    }
    for (let i = 0; i < operands.length; i++) {
      if (i === faultsAt) {
        pieces[i] = idFaults.bind();
        offsets[i] = 0;
        continue;
      }
      const operand = operands[i]!;
      const block = operand.block as GpuBlock;
      // Most operands are all of their memory: no object is made for them.
      if (operand.offset === 0 && !operand.rows && block.sizeBytes <= maxOperandBytes) {
        pieces[i] = block.part ? block : block.buffer;
        offsets[i] = 0;
        continue;
      }
      const { piece, before } = bindingOf(operand, maxOperandBytes);
      pieces[i] = piece;
      offsets[i] = before;
    }
    run(pieces, offsets);
  };
}
