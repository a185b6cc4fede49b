// Files of states: of constant size, of earlier versions, and damaged.
import { expect, test } from "vitest";
import { Mamba2LM, State } from "@x/mamba2";
import { CheckpointError, readSafetensors, type TensorBytes, tensorBytes, writeSafetensors } from "@x/tensor";

const model = new Mamba2LM({ dModel: 16, nLayer: 2, vocabSize: 32, dState: 8, headDim: 8 }, { seed: 1 });

async function stateAfter(maxTokens: number): Promise<State> {
  let state: State | undefined;
  for await (const _ of model.generateIds(
    [
      [1, 2],
      [3, 4],
    ],
    { maxTokens, seed: 5, repetitionPenalty: 1.1, onState: (end) => void (state = end) },
  ));
  return state!;
}

async function rewritten(
  change: (tensors: Map<string, TensorBytes>, metadata: Record<string, string>) => void,
): Promise<Uint8Array> {
  const { tensors, metadata } = readSafetensors(await (await stateAfter(3)).serialize(model));
  const [copies, words] = [new Map(tensors), { ...metadata } as Record<string, string>];
  change(copies, words);
  return writeSafetensors(copies, words);
}

test("the size does not depend on how much was read", async () => {
  expect((await (await stateAfter(10)).serialize(model)).length).toBe(
    (await (await stateAfter(90)).serialize(model)).length,
  );
});

test("what is read is what was written", async () => {
  const state = await stateAfter(50);
  const { progress } = await State.deserialize(await state.serialize(model), model);
  expect(progress).toMatchObject({ drawn: 50, seed: 5 });
  expect(progress.history!.rows).toEqual(state.progress.history!.rows);
  expect(progress.history!.rows.map(({ counts }) => [...counts.values()].reduce((a, b) => a + b, 0))).toEqual([52, 52]);
  expect(await progress.logits!.data()).toEqual(await state.progress.logits!.data());
});

test("a file of an earlier version has its layers", async () => {
  const bytes = await rewritten((tensors, metadata) => {
    for (const name of ["next_logits", "token_counts", "generated_counts", "recent_tokens"]) tensors.delete(name);
    for (const name of ["version", "drawn", "seed"]) delete metadata[name];
  });
  const old = await State.deserialize(bytes, model);
  expect(old.progress).toEqual({ drawn: 0, seed: undefined, history: undefined, logits: undefined });
  const fresh = await stateAfter(3);
  expect(await model.step([1, 2], old).logits.data()).toEqual(await model.step([1, 2], fresh).logits.data());
});

test("a file of version 2 goes on, but not with what counts generated tokens", async () => {
  const bytes = await rewritten((tensors, metadata) => [
    tensors.delete("generated_counts"),
    (metadata["version"] = "2"),
  ]);
  const second = await State.deserialize(bytes, model);
  const idsWith = async (options: object, state: State): Promise<unknown[]> => {
    const ids: unknown[] = [];
    for await (const row of model.generateIds([[], []], { maxTokens: 4, state, ...options })) ids.push(row);
    return ids;
  };
  expect(await idsWith({ repetitionPenalty: 1.3 }, second)).toEqual(
    await idsWith({ repetitionPenalty: 1.3 }, await stateAfter(3)),
  );
  await expect(idsWith({ frequencyPenalty: 0.1 }, second)).rejects.toThrow(
    /must come with a state that knows which tokens were generated/,
  );
  const again = await State.deserialize(await second.serialize(model), model); // and it does not begin to pretend
  await expect(idsWith({ frequencyPenalty: 0.1 }, again)).rejects.toThrow(/must come with a state that knows/);
});

test.each<[string, Parameters<typeof rewritten>[0], RegExp]>([
  [
    "of a later version",
    (_, metadata) => (metadata["version"] = "6"),
    /state: the file must be of version 5 or before; got 6\./,
  ],
  ["of no version", (_, metadata) => (metadata["version"] = "x"), /must be of version 5 or before; got x/],
  [
    "with scores of another vocabulary",
    (tensors) => tensors.set("next_logits", tensorBytes("F32", [2, 5], new Float32Array(10))),
    /next_logits must have shape \[2,32\]; got \[2,5\]/,
  ],
  [
    "with counts of another vocabulary",
    (tensors) => tensors.set("generated_counts", tensorBytes("I32", [2, 5], new Int32Array(10))),
    /generated_counts must have shape \[2,32\]; got \[2,5\]/,
  ],
  [
    "without its last tokens",
    (tensors) => tensors.delete("recent_tokens"),
    /recent_tokens must have shape \[2,32\]; got no such tensor/,
  ],
  [
    "with half a number",
    (_, metadata) => (metadata["drawn"] = "1.5"),
    /state: drawn must be a whole number; got "1\.5"/,
  ],
  [
    "with a tensor nobody knows",
    (tensors) => tensors.set("wheels", tensorBytes("F32", [1], new Float32Array(1))),
    /must have 2 tensors per layer, 4 for this model; got 5/,
  ],
])("a file %s is refused", async (_, change, message) => {
  const bytes = await rewritten(change);
  await expect(State.deserialize(bytes, model)).rejects.toThrow(CheckpointError);
  await expect(State.deserialize(bytes, model)).rejects.toThrow(message);
});
