// Operands on a GPU: the buffer, or the part of one, that a prepared program binds for each, and the elements before the operand in it.
import { type Bindable, type BufferRange, type PreparedProgram, rangeAlignment } from "@x/kernels-wgsl";
import { dtypeBytes } from "../numbers/dtype.ts";
import { extentOf } from "../row-layout.ts";
import type { Operand, PreparedRun } from "./device.ts";
import { type Checked, faultsName, type IdFaults } from "./id-faults.ts";
import { storageBytes } from "./lowering.ts";

/** A buffer or a part of one. */
export interface GpuBlock extends BufferRange, Checked {}

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
  return (x, y, unmoved) => {
    if (unmoved && faultsAt < 0) return run(pieces, offsets);
    if (x !== inputs || y !== outputs) {
      [inputs, outputs] = [x, y];
      operands = names.map((name) => (x[name] ?? y[name])!);
    }
    for (let i = 0; i < operands.length; i++) {
      offsets[i] = 0;
      if (i === faultsAt) {
        pieces[i] = idFaults.bind();
        continue;
      }
      const operand = operands[i]!;
      const block = operand.block as GpuBlock;
      // Most operands are all of their memory: no object is made for them.
      if (operand.offset === 0 && !operand.rows && block.sizeBytes <= maxOperandBytes) {
        pieces[i] = block.whole ? block : block.buffer;
        continue;
      }
      // Bindings start at multiples of rangeAlignment.
      const { dtype, offset } = operand;
      const bytes = dtypeBytes(dtype);
      const before = (offset * bytes) % rangeAlignment;
      const start = offset * bytes - before;
      const neededBytes = storageBytes({ shape: [extentOf(operand)], dtype });
      const sizeBytes = Math.min(block.sizeBytes - start, Math.ceil((before + neededBytes) / 16) * 16);
      pieces[i] = { buffer: block.buffer, offsetBytes: block.offsetBytes + start, sizeBytes };
      offsets[i] = before / bytes;
    }
    run(pieces, offsets);
  };
}
