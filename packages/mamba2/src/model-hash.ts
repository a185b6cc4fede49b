// A hash of a model's values in the file of a training run: model and run are separate files, and could come from different saves.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Module } from "@x/nn";
import { CheckpointError } from "@x/tensor/core";
import { incrementalHash } from "./incremental-hash.ts";
import { shortened } from "./train-mark.ts";

const MODEL = "model";

/** The note in a run's file that says the values of its model and of the adapter in use, whatever layout and files they are saved in. */
export async function modelNote(model: Module): Promise<Readonly<Record<string, string>>> {
  const hash = incrementalHash("sha256", () => sha256.create());
  const parameters = [...new Set([...model.baseParameters(), ...model.parameters()])].map(
    (parameter) => [parameter.path, async () => (await parameter.hostValue()).data] as const,
  );
  const integers = model
    .quantizedParameters()
    .flatMap(({ path, value: { packed, scales } }) => [
      [`${path}.packed`, () => packed.data()] as const,
      [`${path}.scales`, () => scales.data()] as const,
    ]);
  for (const [path, read] of [...parameters, ...integers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const data = await read();
    hash.update(utf8ToBytes(`${path}\0`));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return { [MODEL]: `SHA-256 ${hash.hex()}` };
}

/** Raises unless a model has the values that a run was saved with. @param metadata of the run's file */
export async function requireSameModel(metadata: Readonly<Record<string, string>>, model: Module): Promise<void> {
  const [saved, now] = [metadata[MODEL], (await modelNote(model))[MODEL]!];
  if (saved === now) return;
  throw new CheckpointError(
    `train: the model must have the values that it had when the run was saved, ${saved === undefined ? "which does not say what they were" : shortened(saved)}; got ${shortened(now)}. ` +
      "The files of model and run are of two saves, or the model was changed: restore(file, { otherModel: true }), on the command line --other-model, goes on all the same.",
    { op: "train", expected: saved, got: now },
  );
}
