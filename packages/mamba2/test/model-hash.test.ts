// The hash of a model in files of runs and states: it says every value, and what has not changed is read once.
import { expect, it, vi } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { Parameter } from "@x/nn";
import { assign, createCpuDevice, mul, tidy } from "@x/tensor";
import { modelNote } from "../src/hashes/model-hash.ts";
import { identityOf } from "../src/hashes/model-identity.ts";
import { wordsHash } from "../src/hashes/words-hash.ts";

const fields = { dModel: 64, nLayer: 1, vocabSize: 64, dState: 8, headDim: 8 };

it.each([{}, { quantize: { bits: 4 } } as const])(
  "says every value of a model with an adapter, %j",
  async (options) => {
    const model = new Mamba2LM(fields, { seed: 1, ...options });
    addAdapter(model, { rank: 2 });
    const first = await modelNote(model);
    expect(await modelNote(model)).toEqual(first);
    const notes = [JSON.stringify(first)];
    const changed = async (): Promise<void> => void notes.push(JSON.stringify(await modelNote(model)));
    for (const parameter of new Set([...model.baseParameters(), ...model.parameters()])) {
      const data = new Float32Array(parameter.size);
      data[parameter.size - 1] = 3;
      parameter.write(data);
      await changed();
      tidy(() => assign(parameter.value, mul(parameter.value, 2))); // in place, past the parameter
      await changed();
    }
    for (const quantized of model.quantizedParameters()) {
      const [rows, columns] = quantized.value.shape;
      quantized.writeRows(new Float32Array(rows * columns).fill(0.5), 0);
      await changed();
      quantized.writePart("scales", new Float32Array(quantized.value.scales.size).fill(7), 0);
      await changed();
    }
    expect(new Set(notes).size).toBe(notes.length);
  },
);

it.each([modelNote, identityOf])("%o reads once what has not changed, wherever it lies", async (note) => {
  const model = new Mamba2LM(fields, { seed: 1 });
  addAdapter(model, { rank: 2 });
  const first = await note(model);
  const read = vi.spyOn(Parameter.prototype, "hostValue");
  expect(await note(model)).toEqual(first);
  const copy = await model.copyToHost();
  for (const place of copy.values()) place(model.device);
  await model.to(createCpuDevice());
  expect(await note(model)).toEqual(first);
  expect(read).not.toHaveBeenCalled();
  const [one] = model.parameters();
  tidy(() => assign(one!.value, mul(one!.value, 2)));
  await note(model);
  expect(read).toHaveBeenCalledTimes(1);
  for (const place of copy.values()) place(model.device); // the values of before
  expect(await note(model)).not.toEqual(undefined);
  expect(read).toHaveBeenCalledTimes(1 + 1);
  expect(await note(model)).toEqual(first);
  read.mockRestore();
});

it("hashes words so that every bit and every place counts", () => {
  const bytes = new Uint8Array(4096 + 3);
  const seen = new Map([[wordsHash([bytes]), "zeros"]]);
  const note = (text: string, parts: readonly Uint8Array[]): void => {
    const hash = wordsHash(parts);
    expect(seen.get(hash), text).toBe(undefined);
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    seen.set(hash, text);
  };
  for (let at = 0; at < bytes.length; at += at < 64 || at > 4090 ? 1 : 97)
    for (let bit = 0; bit < 8; bit++) {
      bytes[at] = 1 << bit;
      note(`bit ${bit} of byte ${at}`, [bytes]);
      bytes[at] = 0;
    }
  for (let length = 0; length < 40; length++) note(`${length} zeros`, [new Uint8Array(length)]);
  note("in two parts", [bytes.subarray(0, 8), bytes.subarray(8)]);
  note("in two others", [bytes.subarray(0, 12), bytes.subarray(12)]);
  const swapped = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
  note("1, 2", [swapped]);
  note("2, 1", [Uint8Array.of(2, 0, 0, 0, 1, 0, 0, 0)]);
  expect(wordsHash([new Uint8Array([9, ...swapped]).subarray(1)])).toBe(wordsHash([swapped]));
  const values = new Float32Array(2 ** 22).map((_, i) => Math.sin(i));
  const began = performance.now();
  wordsHash([values]);
  expect(performance.now() - began, "16 MiB in less than a second").toBeLessThan(1000);
});
