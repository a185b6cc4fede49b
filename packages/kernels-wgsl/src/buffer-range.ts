// Ranges of buffers, as programs bind them. A GPUBuffer alone means all of it.
import type { BufferPart } from "./kernel.ts";

/** Bytes of a GPUBuffer from `offsetBytes`, a multiple of {@link rangeAlignment}. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** What a program's buffer may be: a whole GPUBuffer, or a part of one. */
export type Bindable = GPUBuffer | BufferRange;

/** Multiples of it may be bound on every device: the largest `minStorageBufferOffsetAlignment` that WebGPU allows. */
export const rangeAlignment = 256;

/** The piece as buffer, offset and size. */
export function rangeOf(piece: Bindable): BufferRange {
  return "buffer" in piece ? piece : { buffer: piece, offsetBytes: 0, sizeBytes: piece.size };
}

/** Whether two pieces have a byte in common. */
export function overlap(a: BufferRange, b: BufferRange): boolean {
  return (
    a.buffer === b.buffer && a.offsetBytes < b.offsetBytes + b.sizeBytes && b.offsetBytes < a.offsetBytes + a.sizeBytes
  );
}

/** A part of a piece. */
export function partOf(piece: Bindable, { offsetBytes, sizeBytes }: BufferPart): BufferRange {
  const whole = rangeOf(piece);
  return { buffer: whole.buffer, offsetBytes: whole.offsetBytes + offsetBytes, sizeBytes };
}

/** Bytes in whole words. */
export const padded = (sizeBytes: number): number => Math.ceil(sizeBytes / 4) * 4;
