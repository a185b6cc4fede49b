// The loss scale that finds its value: halves when a step's gradients are not finite, doubles after many that are.
import { CheckpointError, type Device, requireArity, requireDevice, type WebGPUDevice } from "@x/tensor/core";

/** The state of a dynamic loss scale. */
export interface LossScaleState {
  /** factor on the loss of the next step */
  scale: number;
  /** steps with finite gradients since the scale last changed */
  good: number;
  /** steps whose update was left out */
  skipped: number;
}

/**
 * The loss scale of a trainer on a device that is not told another: "dynamic" where matrix products round to f16 (`matmulPrecision`), 1 elsewhere. Unscaled gradients vanish in f16: what
 * is trained so gets worse step by step without a sign of it, and may end in NaN.
 *
 * @throws DeviceError for what is no device
 * @example
 * console.log(defaultLossScale(cpuDevice())); // 1
 */
export function defaultLossScale(device: Device): number | "dynamic" {
  requireArity("defaultLossScale", arguments, 1);
  requireDevice("defaultLossScale", device);
  return device.kind === "webgpu" && (device as WebGPUDevice).runner.caps.matmulPrecision === "f16" ? "dynamic" : 1;
}

/** Lower bound of the scale: gradients that are not finite here are not finite at any scale. */
export const leastLossScale: number = 2 ** -24;
const [first, most, growthInterval] = [2 ** 16, 2 ** 24, 2000];

/** Before the first step: 65536, the first value of `torch.amp.GradScaler`. */
export function initialLossScale(): LossScaleState {
  return { scale: first, good: 0, skipped: 0 };
}

/**
 * Updates the scale after a step: halves it after non-finite gradients, doubles it after 2000 finite steps in a row. It
 * stays a power of two from 2⁻²⁴ to 2²⁴, so that its reciprocal is exact.
 */
export function noteStep(state: LossScaleState, finite: boolean): void {
  if (!finite) {
    state.scale = Math.max(leastLossScale, state.scale / 2);
    state.good = 0;
    state.skipped++;
  } else if (++state.good === growthInterval) {
    state.scale = Math.min(most, state.scale * 2);
    state.good = 0;
  }
}

/** The entry of an optimizer's file. */
export function lossScaleNote({ scale, good, skipped }: LossScaleState): string {
  return [scale, good, skipped].join(" ");
}

/** Reads {@link lossScaleNote}. @throws CheckpointError when it is none */
export function readLossScale(note: string | undefined): LossScaleState {
  const [scale = NaN, good = NaN, skipped = NaN] = (note ?? "").split(" ").map(Number);
  if (
    scale >= leastLossScale &&
    scale <= most &&
    [good, skipped].every((count) => Number.isSafeInteger(count) && count >= 0)
  )
    return { scale, good, skipped };
  throw new CheckpointError(
    `trainer: the state must hold where the dynamic loss scale stands, three numbers; got ${JSON.stringify(note ?? null)}. It was saved by a trainer without one.`,
    { op: "restore", got: note },
  );
}
