import { describe, expect, it } from "vitest";
import { Mamba2LM, State } from "@x/mamba2";
import { CheckpointError, ConfigError, createCpuDevice, readSafetensors, writeSafetensors } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 32, dState: 8, headDim: 8 };
const model = new Mamba2LM(fields, { seed: 1 });
const prompt = [3, 1, 4, 1, 5, 9];

describe("State", () => {
  it("is saved and continues bit for bit", async () => {
    const { state } = model.prefill(prompt);
    const restored = await State.deserialize(await state.serialize(model), model);
    expect(restored.batch).toBe(1);
    expect(await model.step([2], restored).logits.data()).toEqual(await model.step([2], state).logits.data());
  });

  it("branches: a continuation leaves it as it was", async () => {
    const { state } = model.prefill(prompt);
    const before = await state.serialize(model);
    const first = await model.step([7], state).logits.data();
    const second = await model.step([8], state).logits.data();
    expect(first).not.toEqual(second);
    expect(await model.step([7], state).logits.data()).toEqual(first);
    expect(await state.serialize(model)).toEqual(before);
  });

  it("clones under its own ownership", async () => {
    const { state } = model.prefill(prompt);
    const bytes = await state.serialize(model);
    const copy = state.clone();
    state.dispose();
    expect(await copy.serialize(model)).toEqual(bytes);
  });

  it("is of doubles before any token of a model of doubles", async () => {
    const doubles = new Mamba2LM({ ...fields, learnableInitialState: true }, { seed: 1, dtype: "f64" });
    const stepped = await doubles.step([3], doubles.initialState()).logits.data();
    const read = await doubles.prefill([3]).logits.data();
    expect(stepped.constructor).toBe(Float64Array);
    for (const [i, logit] of stepped.entries()) expect(logit).toBeCloseTo(Number(read[i]), 12);
  });

  it("is of constant size", async () => {
    const sizes = [];
    for (const length of [1, 50])
      sizes.push((await model.prefill(Array.from({ length }, () => 5)).state.serialize(model)).length);
    expect(sizes[0]).toBe(sizes[1]);
  });

  it("refuses files of something else", async () => {
    const bytes = await model.prefill(prompt).state.serialize(model);
    const other = new Mamba2LM({ ...fields, dState: 16 });
    const deep = new Mamba2LM({ ...fields, nLayer: 3 });
    // whose it is comes first, then whether it fits
    for (const another of [other, deep])
      await expect(State.deserialize(bytes, another)).rejects.toThrow(
        /the model must be the one that has read its tokens/,
      );
    await expect(State.deserialize(bytes, other, { otherModel: true })).rejects.toThrow(
      /layers\.0\.ssm_state must have shape \[1,4,8,16\]; got \[1,4,8,8\]|conv_state must have shape/,
    );
    await expect(State.deserialize(bytes, deep, { otherModel: true })).rejects.toThrow(
      /must have 2 tensors per layer, 6 for this model; got 4/,
    );
    await expect(State.deserialize(bytes.slice(0, 200), model)).rejects.toThrow(CheckpointError);
    await expect(State.deserialize(writeSafetensors(readSafetensors(bytes).tensors), model)).rejects.toThrow(
      /must be a saved state/,
    );
  });

  it("is refused by a model of more or fewer layers", () => {
    const other = new Mamba2LM({ ...fields, nLayer: 3 });
    const { state } = other.prefill(prompt);
    expect(() => model.prefill(prompt, { state })).toThrow(
      `state: must have one state per layer, ${model.config.nLayer}; got 3. It is the state of another model.`,
    );
    expect(() => model.step([1], state)).toThrow(/one state per layer/);
    expect(() => other.step([1], model.initialState())).toThrow(/one state per layer, 3/);
  });

  it("frees its memory", () => {
    const device = createCpuDevice();
    const own = new Mamba2LM(fields, { device });
    own.prefill(prompt).logits.dispose();
    const { usedBytes } = device.memory;
    const { logits, state } = own.prefill(prompt);
    const next = own.step([1], state);
    for (const one of [logits, state, next.logits, next.state]) one.dispose();
    expect(device.memory.usedBytes).toBeLessThanOrEqual(usedBytes);
  });
});

describe("ids", () => {
  it("are checked", () => {
    expect(() => model.forward([1, 32])).toThrow(ConfigError);
    expect(() => model.forward([1, 32])).toThrow("ids: must be whole numbers in [0, 32), the vocabulary; got 32.");
    expect(() => model.forward([])).toThrow(/at least one token/);
    expect(() => model.forward([[1, 2], [3]])).toThrow(/rows must have one length, 2 like the first; got 1/);
    expect(() => model.step([1.5], model.initialState())).toThrow(/got 1\.5/);
  });
});
