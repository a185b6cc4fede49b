// The hash of a model in files of runs and states: it says every value, and what has not changed is read once.
import { expect, it, vi } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { Parameter } from "@x/nn";
import { assign, createCpuDevice, mul, tidy } from "@x/tensor";
import { modelNote, readerNote } from "../src/model-hash.ts";

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

it.each([modelNote, readerNote])("%o reads once what has not changed, wherever it lies", async (note) => {
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
