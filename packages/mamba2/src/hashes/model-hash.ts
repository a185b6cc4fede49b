// A hash of a model's values in the file of a training run: model and run are separate files, and could come from different saves.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Module } from "@x/nn/core";
import { CheckpointError } from "@x/tensor/core";
import { allParameters, ParameterHashes } from "./parameter-hashes.ts";
import { incrementalHash } from "./incremental-hash.ts";
import { shortFingerprint } from "./short-fingerprint.ts";

const MODEL = "model";

const hashes = new ParameterHashes(hashOf);

/** The note in a run's file that says the values of its model and of the adapter in use, whatever layout and files they are saved in: a hash of each parameter's name and hash. */
export async function modelNote(model: Module): Promise<Readonly<Record<string, string>>> {
  return { [MODEL]: `SHA-256 ${hashOf([utf8ToBytes((await hashes.lines(allParameters(model))).join(""))])}` };
}

function hashOf(parts: readonly ArrayBufferView[]): string {
  const hash = incrementalHash("sha256", () => sha256.create());
  for (const data of parts) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.hex();
}

/** Raises unless a model has the values that a run was saved with. @param metadata of the run's file */
export async function requireSameModel(metadata: Readonly<Record<string, string>>, model: Module): Promise<void> {
  const [saved, now] = [metadata[MODEL], (await modelNote(model))[MODEL]!];
  if (saved === now) return;
  throw new CheckpointError(
    `train: the model must have the values that it had when the run was saved, ${saved === undefined ? "which does not say what they were" : shortFingerprint(saved)}; got ${shortFingerprint(now)}. ` +
      "The files of model and run are of two saves, or the model was changed: restore(file, { otherModel: true }), on the command line --other-model, goes on all the same.",
    { op: "train", expected: saved, got: now },
  );
}
