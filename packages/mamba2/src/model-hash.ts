// A hash of a model's values in the file of a training run: model and run are separate files, and could come from different saves.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Module, Parameter, QuantizedParameter } from "@x/nn";
import { CheckpointError } from "@x/tensor/core";
import { type Digest, incrementalHash } from "./incremental-hash.ts";
import { shortened } from "./train-mark.ts";

const MODEL = "model";

/** Of what is frozen, which every save would read and hash again. */
const known = new WeakMap<Parameter | QuantizedParameter, { readonly changes: number; readonly hex: string }>();

/** The note in a run's file that says the values of its model and of the adapter in use, whatever layout and files they are saved in: a hash of each parameter's name and hash. */
export async function modelNote(model: Module): Promise<Readonly<Record<string, string>>> {
  const held = [...new Set([...model.baseParameters(), ...model.parameters(), ...model.quantizedParameters()])];
  // Reads of what steps change begin before the first is waited for; what is frozen is read in turn, in the memory of one.
  const [changing, frozen] = [held.filter((one) => !isFrozen(one)), held.filter(isFrozen)];
  const lines = await Promise.all([Promise.all(changing.map(lineOf)), inTurn(frozen)]);
  const hash = newHash();
  hash.update(utf8ToBytes(lines.flat().sort().join("")));
  return { [MODEL]: `SHA-256 ${hash.hex()}` };
}

const isFrozen = (held: Parameter | QuantizedParameter): boolean => held instanceof QuantizedParameter || held.frozen;

const lineOf = async (held: Parameter | QuantizedParameter): Promise<string> => `${held.path}\0${await hashOf(held)}\n`;

async function inTurn(held: readonly (Parameter | QuantizedParameter)[]): Promise<string[]> {
  const lines: string[] = [];
  for (const one of held) lines.push(await lineOf(one));
  return lines;
}

const newHash = (): Digest => incrementalHash("sha256", () => sha256.create());

async function hashOf(held: Parameter | QuantizedParameter): Promise<string> {
  const { changes } = held;
  const before = known.get(held);
  if (before?.changes === changes) return before.hex;
  const hash = newHash();
  for (const data of await partsOf(held)) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const hex = hash.hex();
  if (isFrozen(held)) known.set(held, { changes, hex });
  return hex;
}

async function partsOf(held: Parameter | QuantizedParameter): Promise<readonly ArrayBufferView[]> {
  if (held instanceof Parameter) return [(await held.hostValue()).data];
  const { packed, scales } = held.value;
  return Promise.all([packed.data(), scales.data()]);
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
