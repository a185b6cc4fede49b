// The file of an optimizer's state: its tensors as safetensors, the step in the metadata.
import {
  CheckpointError,
  type DType,
  readSafetensors,
  type SafetensorsDType,
  sameShape,
  showShape,
  type Tensor,
  tensorBytes,
  type TensorBytes,
  typedArrayOf,
  writeSafetensors,
} from "@x/tensor/core";
import type { OptimizerState } from "./optimizer.ts";

const FORMAT = "optimizer-state";

/** How the tensors of a state are written: bit for bit. */
const WRITTEN: Readonly<Partial<Record<DType, SafetensorsDType>>> = { f32: "F32", f64: "F64", u32: "U32" };

/** Texts by name, in the metadata of a file. */
export type Notes = Readonly<Record<string, string>>;

/** The state as a file, with `notes` and `more` in its metadata. All reads have begun when it returns: what is changed while they are waited for is not in them. */
export async function serializeState(
  state: OptimizerState,
  notes: Notes | Promise<Notes>,
  more: Notes = {},
): Promise<Uint8Array> {
  const { step, missed } = state;
  const own = { ...more, format: FORMAT, step: String(step), ...(missed && { missed: JSON.stringify(missed) }) };
  const reads = Object.entries(state.tensors).map(
    async ([name, value]) => [name, tensorBytes(WRITTEN[value.dtype]!, value.shape, await value.data())] as const,
  );
  const [given, ...tensors] = await Promise.all([notes, ...reads]);
  return writeSafetensors(new Map<string, TensorBytes>(tensors), { ...given, ...own });
}

/**
 * Overwrites the state from a file.
 *
 * @param accept reads the rest of the metadata before anything is written: raises where it does not fit
 * @param paths of the parameters
 * @throws CheckpointError when the file is no such state, or one with other tensors or of other parameters
 */
export function restoreState(
  state: OptimizerState,
  file: Uint8Array,
  paths: ReadonlySet<string>,
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
  const fits = (saved: TensorBytes | undefined, { shape, dtype }: Tensor): boolean =>
    saved !== undefined && sameShape(saved.shape, shape) && saved.dtype === WRITTEN[dtype];
  const wrong = own.find(([name, value]) => !fits(tensors.get(name), value));
  if (wrong || tensors.size !== own.length) {
    const other = otherMoments(Object.keys(state.tensors), [...tensors.keys()]);
    const detail =
      other ??
      (wrong
        ? `"${wrong[0]}" of shape ${showShape(wrong[1].shape)} is missing or has another shape or type`
        : `it has ${tensors.size} tensors`);
    throw new CheckpointError(
      `trainer: the state must have the ${own.length} tensors of this model and optimizer; ${detail}.`,
      { op: "restore", expected: own.length, got: tensors.size },
    );
  }
  const missed = readMissed(metadata["missed"], step, paths);
  accept(metadata);
  for (const [name, { storage }] of own) storage.upload(typedArrayOf(tensors.get(name)!));
  state.step = step;
  if (missed) state.missed = missed;
  else delete state.missed;
}

/** How many updates parameters have missed, as a file says. */
function readMissed(note: string | undefined, step: number, paths: ReadonlySet<string>): OptimizerState["missed"] {
  if (note === undefined) return undefined;
  try {
    const missed = JSON.parse(note) as Record<string, number>;
    for (const [path, count] of Object.entries(missed))
      if (!paths.has(path) || !Number.isInteger(count) || count < 0 || count > step) throw new RangeError(path);
    return missed;
  } catch (cause) {
    throw new CheckpointError(
      `trainer: the state must hold how many of ${step} updates parameters of this model missed; got ${note.slice(0, 80)}.`,
      { op: "restore", got: note, cause },
    );
  }
}

/** What is to be said where one of both holds moments in 8 bits. */
function otherMoments(own: readonly string[], saved: readonly string[]): string | undefined {
  const [ours, theirs] = [own, saved].map((names) => names.some((name) => name.startsWith("mCodes.")));
  if (ours === theirs) return undefined;
  return theirs
    ? 'the file holds moments in 8 bits and this optimizer none: adamw({ moments: "8bit" }) reads it'
    : "the file holds moments in f32 and this optimizer some in 8 bits";
}
