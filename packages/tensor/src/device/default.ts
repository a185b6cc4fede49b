// Which device a program gets when it does not say: hardware WebGPU where there is some, else the CPU.
import { KernelError } from "@x/kernels-wgsl";
import { cpuDevice, createCpuDevice } from "./cpu.ts";
import type { Device } from "./device.ts";
import { WebGPUDevice, webgpuDevice } from "./webgpu.ts";
import { requireArity } from "../arguments/require.ts";

let picked: Promise<Device> | undefined;

/**
 * The device for this machine: hardware WebGPU, else the CPU. Its `description` says which and why. Every call gives
 * the same one, until its GPU is lost or it is disposed of: then the next call picks again.
 *
 * @throws KernelError when a GPU is there and fails in another way than by offering no adapter or too low a limit
 * @example
 * const device = await defaultDevice();
 * console.log(device.description);
 */
export async function defaultDevice(): Promise<Device> {
  requireArity("defaultDevice", arguments, 0);
  for (;;) {
    const pending = (picked ??= pick());
    try {
      const device = await pending;
      if (!(device instanceof WebGPUDevice && device.runner.gone)) return device;
    } catch (error) {
      if (picked === pending) picked = undefined;
      throw error;
    }
    if (picked === pending) picked = undefined;
  }
}

async function pick(): Promise<Device> {
  try {
    return await webgpuDevice({ powerPreference: "high-performance" });
  } catch (error) {
    if (!(error instanceof KernelError) || (error.kind !== "adapter" && error.kind !== "limit")) throw error;
    return createCpuDevice({ description: `${cpuDevice().description}, because: ${error.message}` });
  }
}
