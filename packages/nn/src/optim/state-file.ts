// The file of an optimizer's state: its tensors as safetensors, the step in the metadata.
import {
  CheckpointError,
  float32ArrayOf,
  readSafetensors,
  sameShape,
  showShape,
  tensorBytes,
  type TensorBytes,
  writeSafetensors,
} from "@x/tensor/core";
import type { OptimizerState } from "./optimizer.ts";

const FORMAT = "optimizer-state";

/** The state as a file, with `notes` in its metadata. */
export async function serializeState(
  state: OptimizerState,
  notes: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const tensors = new Map<string, TensorBytes>();
  for (const [name, value] of Object.entries(state.tensors))
    tensors.set(name, tensorBytes("F32", value.shape, await value.data()));
  return writeSafetensors(tensors, { ...notes, format: FORMAT, step: String(state.step) });
}

/**
 * Overwrites the state from a file.
 *
 * @param accept reads the rest of the metadata before anything is written: raises where it does not fit
 * @throws CheckpointError when the file is no such state, or one with other tensors
 */
export function restoreState(
  state: OptimizerState,
  file: Uint8Array,
  accept: (metadata: Readonly<Record<string, string>>) => void,
): void {
  const { tensors, metadata } = readSafetensors(file);
  const step = Number(metadata["step"]);
  if (metadata["format"] !== FORMAT || !Number.isSafeInteger(step) || step < 0) {
    throw new CheckpointError(
      `trainer: the file must be an optimizer state with its step; got format ${JSON.stringify(metadata["format"] ?? null)}.`,
      { op: "restore", expected: FORMAT, got: metadata["format"] },
    );
  }
  const own = Object.entries(state.tensors);
  const wrong = own.find(([name, { shape }]) => !sameShape(tensors.get(name)?.shape ?? [-1], shape));
  if (wrong || tensors.size !== own.length) {
    const detail = wrong
      ? `"${wrong[0]}" of shape ${showShape(wrong[1].shape)} is missing or has another shape`
      : `it has ${tensors.size} tensors`;
    throw new CheckpointError(
      `trainer: the state must have the ${own.length} tensors of this model and optimizer; ${detail}.`,
      { op: "restore", expected: own.length, got: tensors.size },
    );
  }
  accept(metadata);
  for (const [name, { device, storage }] of own) device.upload(storage.block, float32ArrayOf(tensors.get(name)!));
  state.step = step;
}
