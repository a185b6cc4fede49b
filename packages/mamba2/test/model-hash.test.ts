// The hash of a model in a run's file: it says every value, and what is frozen is hashed again only after a change.
import { expect, it, vi } from "vitest";
import { Mamba2LM } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { Parameter } from "@x/nn";
import { modelNote } from "../src/model-hash.ts";

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

it("reads what is frozen once", async () => {
  const model = new Mamba2LM(fields, { seed: 1 });
  addAdapter(model, { rank: 2 });
  await modelNote(model);
  const read = vi.spyOn(Parameter.prototype, "hostValue");
  await modelNote(model);
  expect(read).toHaveBeenCalledTimes(model.parameters().length);
  const copy = await model.copyToHost();
  for (const place of copy.values()) place(model.device);
  read.mockClear();
  await modelNote(model);
  expect(read).toHaveBeenCalledTimes(new Set([...model.baseParameters(), ...model.parameters()]).size);
  read.mockRestore();
});
