// What tells a model from every other that computes something else. Files of states say it: models of the same sizes could read each other's.
import { keyOf } from "@x/base";
import type { Module } from "@x/nn/core";
import type { Mamba2Config } from "../config/config.ts";
import { mathsOf } from "../config/maths.ts";
import { allParameters, ParameterHashes } from "./parameter-hashes.ts";
import { wordsHash } from "./words-hash.ts";

/** What is read of a model. */
export type IdentifiedModel = Module & { readonly config: Mamba2Config; readonly adapters?: readonly Module[] };

/** What is read of an adapter: this file is loaded without them. */
type UsedAdapter = Module & {
  readonly active?: boolean;
  readonly modules?: readonly { readonly pair: { readonly scale: number } }[];
};

/** Nobody is to be kept from making a file that fits: a hash that pages have anyway need not be loaded. */
const hashes = new ParameterHashes(wordsHash);

/** A hash of all values, of the adapter in use and of the configuration as far as results depend on it. Values that were hashed before and have not changed are not read again. */
export async function identityOf(model: IdentifiedModel): Promise<string> {
  const adapters = ((model.adapters ?? []) as readonly UsedAdapter[]).filter(({ active }) => active);
  const held = allParameters(model);
  for (const adapter of adapters) for (const parameter of adapter.namedParameters().values()) held.add(parameter);
  const scales = adapters.map(({ modules = [] }) => modules.map(({ pair }) => pair.scale));
  const text = [...(await hashes.lines(held)), keyOf("model", [mathsOf(model.config), scales])].join("");
  return wordsHash([new TextEncoder().encode(text)]);
}
