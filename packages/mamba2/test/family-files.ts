// Checkpoints of every family: configurations and headers that the libraries wrote, with drawn values.
import { readFileSync } from "node:fs";
import { hostBits, type JsonValue, parseSafetensorsHeader } from "@x/tensor";
import type { LayoutName } from "../src/index.ts";

/** Files of transformers 5.17.0, and of state-spaces/mamba for the last. */
export const FAMILY_FILES = {
  falcon_h1: "falcon_h1",
  falcon_h1_norm_biases: "falcon_h1",
  granite_hybrid: "granitemoehybrid",
  granite_hybrid_moe: "granitemoehybrid",
  granite_hybrid_rope: "granitemoehybrid",
  bamba: "bamba",
  nemotron_h: "nemotron_h",
  official_hybrid: "official",
} as const satisfies Record<string, LayoutName>;

export type FamilyFile = keyof typeof FAMILY_FILES;
export const FAMILY_NAMES: readonly FamilyFile[] = Object.keys(FAMILY_FILES) as FamilyFile[];

/** A file of fixtures/, which lies beside this one. */
const beside = (name: string): Uint8Array => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const fixture = (name: string): Uint8Array => beside(`families/${name}`);

export const configText = (name: FamilyFile): string => new TextDecoder().decode(fixture(`${name}.json`));
/** A configuration of plain Mamba-2. */
export const plainText = (name: "official" | "hf" | "fla"): string => new TextDecoder().decode(beside(`${name}.json`));

export type Json = Record<string, JsonValue>;
export const jsonOf = (name: FamilyFile): Json => JSON.parse(configText(name)) as Json;

/** A checkpoint as files by name. */
export function familyFiles(name: FamilyFile): Map<string, Uint8Array> {
  const header = fixture(`${name}.header.safetensors`);
  const { tensors, dataStart } = parseSafetensorsHeader(header);
  const sizeBytes = Math.max(...[...tensors.values()].map(({ end }) => end));
  const file = new Uint8Array(dataStart + sizeBytes);
  file.set(header);
  file.set(new Uint8Array(hostBits({ seed: 1 }, sizeBytes / 4).buffer), dataStart);
  return new Map([
    ["config.json", fixture(`${name}.json`)],
    ["model.safetensors", file],
  ]);
}
