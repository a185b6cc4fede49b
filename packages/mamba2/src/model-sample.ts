// A few numbers of every weight of a model, as a text: enough to tell that a file comes of another model of the same sizes, for a small part of what reading all weights takes.
import type { Module } from "@x/nn";
import { cast, concat, reshape, slice, type Tensor, tidy } from "@x/tensor/core";

/** Elements of each weight: those it begins with. */
const ELEMENTS = 16;

/** Samples of the weights of a model and of its adapter in use, in hexadecimal; the same for the same values on every device. */
export async function modelSample(model: Module): Promise<string> {
  const parameters = [...new Set([...model.baseParameters(), ...model.parameters()])];
  const weights = [
    ...parameters.map(({ value }) => value),
    ...model.quantizedParameters().map(({ value: { scales } }) => scales),
  ];
  if (weights.length === 0) return "";
  const sample = tidy(() => concat(weights.map(beginning), 0));
  try {
    // FNV-1a over 32 bits, twice: nobody is to be kept from making a file that fits
    const words = new Uint32Array(Float32Array.from(await sample.data()).buffer);
    return [0x811c9dc5, 0x01000193]
      .map((start) => words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, start))
      .map((hash) => hash.toString(16).padStart(8, "0"))
      .join("");
  } finally {
    sample.dispose();
  }
}

function beginning(weight: Tensor): Tensor {
  const flat = reshape(weight, [weight.size]);
  const first = slice(flat, 0, 0, Math.min(ELEMENTS, weight.size));
  return first.dtype === "f32" ? first : cast(first, "f32");
}
