// Hashes of a model's values: in the file of a training run, since model and run are separate files and could come from different saves, and in that of a state, which another
// model of the same sizes could read as well.
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { keyOf } from "@x/base";
import { type Module, Parameter, QuantizedParameter } from "@x/nn";
import { CheckpointError } from "@x/tensor/core";
import { mathsOf } from "./config/maths.ts";
import { type Digest, incrementalHash } from "./incremental-hash.ts";
import { shortFingerprint } from "./short-fingerprint.ts";
import type { Mamba2Config } from "./config/config.ts";

const MODEL = "model";

/** Of values that have not changed since, which every save would read and hash again. */
const known = new WeakMap<Parameter | QuantizedParameter, { readonly revision: number; readonly hex: string }>();

/** The note in a run's file that says the values of its model and of the adapter in use, whatever layout and files they are saved in: a hash of each parameter's name and hash. */
export async function modelNote(model: Module): Promise<Readonly<Record<string, string>>> {
  return { [MODEL]: await hashOfAll(model, []) };
}

/** What a note says of the model. @param metadata of the file */
export function notedModel(metadata: Readonly<Record<string, string>>): string | undefined {
  return metadata[MODEL];
}

/**
 * The note in a state's file that says the model that has read its tokens: all its values, its configuration as far as results depend on it, and the adapter in use. Values that were hashed
 * before and have not changed are not read again.
 */
export async function readerNote(model: ReaderModule): Promise<Readonly<Record<string, string>>> {
  const adapters = ((model.adapters ?? []) as readonly UsedAdapter[]).filter(({ active }) => active);
  const more = [
    `config\0${keyOf("model", mathsOf(model.config))}\n`,
    ...adapters.map(
      ({ modules = [] }) =>
        `adapter\0${keyOf(
          "model",
          modules.map(({ pair }) => pair.scale),
        )}\n`,
    ),
  ];
  return { [MODEL]: await hashOfAll(model, more, adapters) };
}

/** What is read of a model that generates and is a Module, a Mamba2LM or another's. */
export type ReaderModule = Module & { readonly config: Mamba2Config; readonly adapters?: readonly Module[] };

/** What is read of an adapter: this file is loaded without them. */
type UsedAdapter = Module & {
  readonly active?: boolean;
  readonly modules?: readonly { readonly pair: { readonly scale: number } }[];
};

async function hashOfAll(
  model: Module,
  more: readonly string[],
  adapters: readonly UsedAdapter[] = [],
): Promise<string> {
  const held = [
    ...new Set([
      ...model.baseParameters(),
      ...model.parameters(),
      ...model.quantizedParameters(),
      ...adapters.flatMap((adapter) => [...adapter.namedParameters().values()]),
    ]),
  ];
  // Reads of what steps change begin before the first is waited for; what is frozen is read in turn, in the memory of one.
  const [changing, frozen] = [held.filter((one) => !isFrozen(one)), held.filter(isFrozen)];
  const lines = await Promise.all([Promise.all(changing.map(lineOf)), inTurn(frozen)]);
  const hash = newHash();
  hash.update(utf8ToBytes([...lines.flat(), ...more].sort().join("")));
  return `SHA-256 ${hash.hex()}`;
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
  const { revision } = held;
  const before = known.get(held);
  if (before?.revision === revision) return before.hex;
  const hash = newHash();
  for (const data of await partsOf(held)) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const hex = hash.hex();
  known.set(held, { revision, hex });
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
    `train: the model must have the values that it had when the run was saved, ${saved === undefined ? "which does not say what they were" : shortFingerprint(saved)}; got ${shortFingerprint(now)}. ` +
      "The files of model and run are of two saves, or the model was changed: restore(file, { otherModel: true }), on the command line --other-model, goes on all the same.",
    { op: "train", expected: saved, got: now },
  );
}
