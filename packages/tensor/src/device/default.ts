// Which device a program gets when it does not say: hardware WebGPU where there is some, else the CPU.
import { cpuDevice, createCpuDevice } from "./cpu.ts";
import type { Device } from "./device.ts";
import { webgpuDevice } from "./webgpu.ts";

let picked: Promise<Device> | undefined;

/**
 * The device for this machine, the same one at every call: hardware WebGPU, else the CPU. Its `description` says which and why.
 *
 * @example
 * const device = await defaultDevice();
 * console.log(device.description);
 */
export function defaultDevice(): Promise<Device> {
  return (picked ??= pick());
}

async function pick(): Promise<Device> {
  try {
    return await webgpuDevice({ powerPreference: "high-performance" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return createCpuDevice({ description: `${cpuDevice().description}, because: ${reason}` });
  }
}
