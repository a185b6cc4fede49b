// Makes runners: on the caller's GPUDevice, or on one that is requested.
import { checkKernelOptions, requireArguments } from "@x/base";
import { deviceOptions, type DeviceOptions, requestDevice } from "./device.ts";
import { DeviceRunner } from "./device-runner.ts";
import { type RunnerOptions, runnerOptions, type WebGPURunner } from "./runner-types.ts";
import { loadMatrixScan } from "../ssd/matrix-variant.ts";

/**
 * A runner on a GPUDevice, the caller's own or one of {@link requestDevice}. Several runners may share a device; each
 * submits its own work.
 * @example
 * import { createRunner, elementwise, requestDevice } from "@x/kernels-wgsl";
 *
 * const { device } = await requestDevice({ software: true });
 * const runner = createRunner(device);
 * const [x, y] = [runner.createBuffer(16), runner.createBuffer(16)];
 * runner.write(x, new Float32Array([1, 2, 3, 4]));
 * runner.run(elementwise.program({ shape: [4], inputs: { x: { type: "f32" } }, outputs: { y: { type: "f32" } }, result: { y: "x * x" } }), { x, y });
 * console.log(new Float32Array(await runner.read(y, 16))); // 1, 4, 9, 16
 */
export function createRunner(device: GPUDevice, options: RunnerOptions = {}): WebGPURunner {
  requireArguments("createRunner", { device, options }, { device: "object", options: "object" });
  requireArguments("createRunner", { "device.limits": device.limits }, { "device.limits": "object" });
  checkKernelOptions("createRunner", options, runnerOptions);
  return new DeviceRunner(device, options);
}

/**
 * Requests a device and makes a runner that owns it: `destroy()` destroys the device too.
 * @throws KernelError those of {@link requestDevice}
 * @example
 * import { requestRunner } from "@x/kernels-wgsl";
 *
 * const runner = await requestRunner({ software: true, debug: 1 });
 * console.log(runner.caps.adapter, runner.stats.peakBytes);
 * runner.destroy();
 */
export async function requestRunner(
  options: DeviceOptions & Omit<RunnerOptions, "ownsDevice" | "adapterInfo"> = {},
): Promise<WebGPURunner> {
  checkKernelOptions("requestRunner", options, { ...runnerOptions, ...deviceOptions });
  const { gpu, powerPreference, software, limits, ...own } = options;
  const { device, info } = await requestDevice({
    ...(gpu !== undefined && { gpu }),
    ...(powerPreference !== undefined && { powerPreference }),
    ...(software !== undefined && { software }),
    ...(limits !== undefined && { limits }),
  });
  if (own.matmulPrecision === "f16") await loadMatrixScan();
  return createRunner(device, { ...own, adapterInfo: info, ownsDevice: true });
}
