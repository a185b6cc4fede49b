// The copy that makes a view dense, as a device sees it, and reading a tensor through it.
import { viewProgram } from "../ops/copy-programs.ts";
import { copyView } from "../ops/strided.ts";
import { copies } from "../ops/wasm-copies.ts";
import { dtypeBytes } from "../numbers/dtype.ts";
import { stridesOfSpec } from "../row-layout.ts";
import { sizeOf } from "../shape.ts";
import type { Device, Operand } from "./device.ts";
import { type Lowering, storageBytes } from "./lowering.ts";

/** y = x, dense, or in the rows of a larger tensor. */
export const contiguousLowering: Lowering<"x", never, "y", undefined> = {
  name: "contiguous",
  inputs: ["x"],
  outputs: ["y"],
  views: ["x", "y"],
  infer: ({ x: { shape, dtype } }) => ({ y: { shape, dtype } }),
  cpu: ({ x }, { y }) => copyView(x.data, y.data, { shape: x.shape, strides: stridesOfSpec(x), offset: 0 }),
  webgpu: ({ x }, _p, caps, y) => viewProgram(x, { shape: x.shape, strides: stridesOfSpec(x), offset: 0 }, caps, y.y),
  wasm: ({ x }, _p, y) =>
    copies(x.dtype, [
      {
        shape: x.shape,
        from: { buffer: "x", strides: stridesOfSpec(x), offset: 0 },
        to: { buffer: "y", strides: stridesOfSpec({ shape: x.shape, rows: y.y }), offset: 0 },
      },
    ]),
};

/** The bytes of an operand's elements in order; waits for the device. */
export function readDense(device: Device, x: Operand): Promise<ArrayBuffer> {
  const { shape, dtype, rows, offset, block } = x;
  const sizeBytes = Math.max(4, sizeOf(shape) * dtypeBytes(dtype));
  if (!rows) {
    const at = offset === 0 ? block : device.part(block, offset * dtypeBytes(dtype), storageBytes(x));
    return device.download(at, sizeBytes);
  }
  const y: Operand = { shape, dtype, offset: 0, block: device.allocate(storageBytes(x)) };
  const read = (): Promise<ArrayBuffer> => {
    device.prepare(contiguousLowering as unknown as Lowering, { x }, { y }, undefined)!({ x }, { y });
    return device.download(y.block, sizeBytes);
  };
  return new Promise<ArrayBuffer>((resolve) => resolve(read())).finally(() => device.free(y.block));
}
