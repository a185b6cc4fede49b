// Tensors as buffers of WebGPU and back, without a copy.
import { checkDType, type DType, dtypeBytes } from "../numbers/dtype.ts";
import { DeviceError } from "../errors.ts";
import { requireArity, requireInstance, requireOptions } from "../arguments/require.ts";
import { requireTensors } from "../arguments/require-tensors.ts";
import { checkShape, type Shape } from "../shape.ts";
import { Storage } from "../memory/storage.ts";
import { Tensor } from "../tensor.ts";
import type { GpuBlock } from "./gpu-binding.ts";
import { storageBytes } from "./lowering.ts";
import { WebGPUDevice } from "./webgpu.ts";

/**
 * A GPUBuffer as a tensor, without a copy. The buffer stays the caller's: disposing the tensor does not destroy it.
 *
 * @param buffer usage STORAGE (and COPY_SRC to read it back) of at least the tensor's bytes, of the device's own
 *   GPUDevice
 * @param shape sizes, `[…]`
 * @param dtype any dtype but f64; default f32
 * @throws DeviceError when the buffer is too small
 * @example
 * const device = await webgpuDevice({ device: gpuDevice });
 * const buffer = gpuDevice.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
 * const x = fromGPUBuffer(device, buffer, [8, 8]);
 */
export function fromGPUBuffer(device: WebGPUDevice, buffer: GPUBuffer, shape: Shape, dtype: DType = "f32"): Tensor {
  requireArity("fromGPUBuffer", arguments, 4);
  requireInstance("fromGPUBuffer", "device", device, WebGPUDevice, "a device of webgpuDevice()");
  requireOptions("fromGPUBuffer", buffer, "buffer");
  checkShape("fromGPUBuffer", shape);
  checkDType("fromGPUBuffer", dtype);
  const needed = storageBytes({ shape, dtype });
  if (buffer.size < needed) {
    throw new DeviceError(
      `fromGPUBuffer: the buffer must have at least ${needed} bytes for ${dtype}[${shape.join(",")}]; got ${buffer.size}.`,
      {
        device: "webgpu",
        needed,
        got: buffer.size,
      },
    );
  }
  const block: GpuBlock = { sizeBytes: needed, buffer, offsetBytes: 0 };
  return new Tensor(shape, dtype, new Storage(device, needed, block, true));
}

/**
 * The buffer, offset and size of a tensor on the GPU, without a copy: the resource of a bind group entry for passes of
 * your own. Pending work is submitted first, so that a later submit sees it. The buffer may hold other tensors beside
 * this one: write to nothing outside of the range. Valid until the tensor is disposed, or, for a parameter, until an
 * optimizer is made for it, which moves it into the buffer of all parameters.
 *
 * @param tensor `[…]`, any dtype
 * @throws DeviceError when the tensor is not on a WebGPU device, or a view that is not dense
 * @example
 * const y = ones([2, 3], { device: await webgpuDevice({ device: gpuDevice }) });
 * console.log(gpuBindingOf(y).size); // 24
 */
export function gpuBindingOf(tensor: Tensor): {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
} {
  requireArity("gpuBindingOf", arguments, 1);
  requireTensors("gpuBindingOf", { tensor });
  if (tensor.device.kind !== "webgpu") {
    throw new DeviceError(
      "gpuBindingOf: the tensor must be on a WebGPU device; it is on the CPU. Move it with to(device).",
      { device: tensor.device.kind },
    );
  }
  tensor.device.flush();
  if (tensor.rows) {
    throw new DeviceError(
      "gpuBindingOf: the tensor must be dense and start at a multiple of 256 bytes; got a view that is not. Take contiguous() of it.",
      { device: "webgpu" },
    );
  }
  const { buffer, offsetBytes } = tensor.storage.block as GpuBlock;
  return { buffer, offset: offsetBytes + tensor.offset * dtypeBytes(tensor.dtype), size: storageBytes(tensor) };
}
