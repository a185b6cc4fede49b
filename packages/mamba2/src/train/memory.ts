// The memory of a training step, told before it is made: what lies on the device, what the optimizer adds, and what the recorded step will take.
import { ConfigError, type Device, type PlannedMemory, type PlannedValue, type Tensor } from "@x/tensor/core";
import type { Mamba2LM } from "../model/model.ts";
import type { TrainSettings } from "./settings.ts";

/** What memory a step takes, in bytes. */
export interface MemoryPlan {
  /** parameters in training, f32 */
  readonly parameters: number;
  /** what else is on the device: frozen and quantized parameters beneath an adapter, and whatever the application holds */
  readonly others: number;
  readonly gradients: number;
  /** moments, and whatever else the optimizer keeps */
  readonly optimizer: number;
  /** activations, logits and their gradients: what the step makes, in blocks shared by liveness */
  readonly step: number;
  /** all of these */
  readonly total: number;
  /** values of the step that are alive where most is, the largest first */
  readonly holders: readonly PlannedValue[];
}

/** What a run holds before its first step is planned. */
export type HeldMemory = Omit<MemoryPlan, "step" | "total" | "holders">;

const bytesOf = (tensors: readonly Tensor[]): number =>
  tensors.reduce((sum, { storage }) => sum + storage.sizeBytes, 0);

/**
 * What a run holds once its optimizer's state is made.
 *
 * @param before used bytes of the device before that
 */
export function heldMemory(model: Mamba2LM, before: number, state: readonly Tensor[]): HeldMemory {
  const parameters = bytesOf(model.parameters().map(({ value }) => value));
  const optimizer = bytesOf(state);
  const gradients = model.device.memory.usedBytes - before - optimizer;
  return { parameters, others: before - parameters, gradients, optimizer };
}

/** The plan of a step over what is held. */
export function planOf(held: HeldMemory, { bytes, holders }: PlannedMemory): MemoryPlan {
  const { parameters, others, gradients, optimizer } = held;
  return { ...held, step: bytes, total: parameters + others + gradients + optimizer + bytes, holders };
}

/** what is shown as 0.0 is left out */
const SHOWN = 0.05 * 2 ** 20;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Where the memory of a plan is, the largest part first. */
function partsOf({ parameters, others, gradients, optimizer, step }: MemoryPlan): string {
  const parts = {
    "parameters in training": parameters,
    gradients,
    "the optimizer's state": optimizer,
    others,
    "the step": step,
  };
  return Object.entries(parts)
    .filter(([, bytes]) => bytes >= SHOWN)
    .sort(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${mebibytes(bytes)}`)
    .join(", ");
}

function holdersOf({ holders }: MemoryPlan): string {
  return holders
    .slice(0, 4)
    .map(({ op, shape, dtype, count, bytes }) => `${count} × ${op} ${dtype}[${shape.join(",")}] ${mebibytes(bytes)}`)
    .join(", ");
}

/** A plan as a text of two lines. */
export function showPlan(plan: MemoryPlan): string {
  return `memory      ${mebibytes(plan.total)}: ${partsOf(plan)}\nlargest     ${holdersOf(plan)}`;
}

/**
 * Raises about a plan that does not fit: in the limit of the run, else in all that the CPU device can hold.
 *
 * @throws ConfigError with the parts, the largest values of the step, and what would make it smaller
 */
export function requireFits(
  plan: MemoryPlan,
  { kind, maxBytes }: Device,
  { batch, optimizer, moments }: TrainSettings,
  checkpointing: boolean,
  limit: number | undefined,
): void {
  const most = Math.min(limit ?? Infinity, kind === "cpu" ? maxBytes : Infinity);
  if (plan.total <= most) return;
  const changes = [
    batch > 1 ? "a smaller batch or length" : "a smaller length",
    ...(checkpointing ? [] : ["gradient checkpointing"]),
    ...(optimizer === "adamw" && moments === "f32" ? ['moments "8bit"'] : []),
    plan.others < plan.parameters
      ? "an adapter over a quantized model"
      : "fewer bits for the model beneath the adapter",
  ];
  throw new ConfigError(
    `train: a step must fit in ${mebibytes(most)}${limit === most ? "" : ", all that the device can hold"}; it needs ${mebibytes(plan.total)}: ${partsOf(plan)}. ` +
      `The largest in the step: ${holdersOf(plan)}. What takes less: ${changes.join(", ")}.`,
    { field: "memoryLimit", expected: most, got: plan.total },
  );
}
