// Telling the loss of a device from other errors.
import { XError } from "@x/base";

/**
 * Whether an error says that the GPU device is lost: by a reset of its driver, a sleeping machine, a page that took too much of it, or `GPUDevice.destroy()`. What waits for the
 * device rejects with such an error, and so does every later call. Its memory is gone: go on with values from the host (`Module.copyToHost` of @x/nn) on a new device.
 *
 * @example
 * const goOn = (error: unknown) => (isDeviceLoss(error) ? webgpuDevice() : Promise.reject(error));
 */
export function isDeviceLoss(error: unknown): boolean {
  return error instanceof XError && error.kind === "lost";
}
