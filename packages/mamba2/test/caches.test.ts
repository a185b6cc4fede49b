// States with caches of keys and values: shared memory, branches, growth, files, generation.
import { describe, expect, it } from "vitest";
import { Mamba2LM, mamba2Config, State } from "@x/mamba2";
import { createCpuDevice } from "@x/tensor";

const fields = {
  dModel: 16,
  vocabSize: 32,
  dState: 8,
  headDim: 8,
  dIntermediate: 128,
  layers: [["mixer"], ["attention", "mlp"], ["mixer+attention"]] as const,
  attention: { heads: 4, keyValueHeads: 2, headDim: 4, rotary: { size: 4 }, dConv: 3 },
};
const model = new Mamba2LM(fields, { seed: 1 });
const prompt = [3, 1, 4, 1, 5, 9, 2, 6];
/** bytes of keys and values of a token in a row: two layers, two heads of 4, f32 */
const perToken = 2 * 2 * 2 * 4 * 4;

const keysOf = (state: State): unknown => state.layers[1]!.keys!.storage;
const bytesOf = async (state: State): Promise<Uint8Array> => state.serialize(model);

/** Logits after the prompt and more tokens, read step by step on memory of their own. */
async function alone(...tokens: readonly number[]): Promise<ArrayLike<number>> {
  let { logits, state } = model.prefill(prompt);
  for (const token of tokens) ({ logits, state } = model.step([token], state));
  return logits.data();
}

describe("caches", () => {
  it("are continued in place by the newest state, in the same memory", async () => {
    const { state } = model.prefill(prompt);
    const next = model.step([7], state).state;
    expect(keysOf(next)).toBe(keysOf(state));
    expect(await next.positions!.data()).toEqual(Int32Array.of(prompt.length + 1));
    expect(next.length).toBe(prompt.length + 1);
    expect(await model.step([8], next).logits.data()).toEqual(await alone(7, 8));
  });

  it("branch: each branch is right, and the state stays what it was", async () => {
    const { state } = model.prefill(prompt);
    const before = await bytesOf(state);
    const [a, b] = [model.step([7], state), model.step([8], state)];
    expect(keysOf(a.state)).not.toBe(keysOf(b.state));
    expect(await model.step([9], a.state).logits.data()).toEqual(await alone(7, 9));
    expect(await model.step([9], b.state).logits.data()).toEqual(await alone(8, 9));
    expect(await bytesOf(state)).toEqual(before);
  });

  it("are continued in place again once the newer states are gone", () => {
    const { state } = model.prefill(prompt);
    model.step([7], state).state.dispose();
    const memory = keysOf(state);
    expect(keysOf(model.step([8], state).state)).toBe(memory);
  });

  it("of a clone are the same memory, and branch like the original", async () => {
    const { state } = model.prefill(prompt);
    const copy = state.clone();
    const [a, b] = [model.step([7], state), model.step([8], copy)];
    expect(await a.logits.data()).not.toEqual(await b.logits.data());
    state.dispose();
    a.state.dispose();
    expect(await model.step([9], b.state).logits.data()).toEqual(await alone(8, 9));
  });

  it("grow by doubling and count their bytes", async () => {
    const { state } = model.prefill([prompt, prompt]);
    const fixed = state.sizeBytes - 2 * perToken * 64;
    expect(state.capacity).toBe(64);
    const before = await bytesOf(state);
    for (const [tokens, capacity] of [
      [56, 64],
      [57, 128],
      [500, 512],
    ] as const) {
      state.reserve(tokens);
      expect(state.capacity).toBe(capacity);
      expect(state.sizeBytes).toBe(fixed + 2 * perToken * capacity);
      expect(await bytesOf(state)).toEqual(before);
    }
  });

  it("are saved as far as they are in use, and continue bit for bit", async () => {
    const { state } = model.prefill([prompt, [...prompt].reverse()]);
    const file = await bytesOf(state);
    expect(file.length).toBeLessThan(state.sizeBytes - 2 * perToken * (64 - prompt.length) + 4000);
    const restored = await State.deserialize(file, model);
    expect(await bytesOf(restored)).toEqual(file);
    expect(await model.step([7, 8], restored).logits.data()).toEqual(await model.step([7, 8], state).logits.data());
    const empty = await State.deserialize(await bytesOf(model.initialState()), model);
    expect(await model.step([7], empty).logits.data()).toEqual(
      await model.step([7], model.initialState()).logits.data(),
    );
  });

  it("take a prompt in any pieces", async () => {
    const row = Array.from({ length: 150 }, (_, i) => (i * 7) % 32);
    const whole = model.prefill(row, { logitsToKeep: 20 });
    for (const cuts of [[1], [64, 128], [3, 4, 5, 149]]) {
      let state = model.initialState();
      let from = 0;
      for (const to of cuts) {
        state = model.prefill(row.slice(from, to), { state }).state;
        from = to;
      }
      const rest = await model.forward(row.slice(from), { state }).data();
      const end = await model.prefill(row.slice(from), { state }).logits.data();
      const want = (await whole.logits.data()).slice(-32);
      for (const got of [rest.slice(-32), end])
        for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 5);
    }
  });

  it("are freed with the last state of their line", () => {
    const device = createCpuDevice();
    const own = new Mamba2LM(fields, { device });
    const all = (): void => {
      const first = own.prefill(prompt);
      const next = own.step([1], first.state);
      const branch = own.step([2], first.state);
      const copy = branch.state.clone();
      for (const one of [first.logits, first.state, next.logits, next.state, branch.logits, branch.state, copy])
        one.dispose();
    };
    all();
    const { usedBytes } = device.memory;
    all();
    expect(device.memory.usedBytes).toBe(usedBytes);
  });

  it("must be there, with positions", () => {
    const { state } = model.prefill(prompt);
    const plain = new Mamba2LM({ ...fields, layers: [["mixer"], ["mlp"], ["mixer"]], attention: null });
    expect(() => model.step([1], plain.initialState())).toThrow(
      /keys of layer 1 must be \[1,1,2,4\]; got none. It is the state of another model/,
    );
    expect(() => model.stepLayers(state.positions!, state.layers)).toThrow(/positions must be given/);
    expect(() => model.prefill(prompt, { seqIdx: prompt.map(() => 0) })).toThrow(
      /seqIdx of a model with attention must come with statePerDocument/,
    );
  });
});

describe("several prompts in a row", () => {
  const seqIdx = [5, 5, -1, 0, 0, 0];
  const each = { seqIdx, statePerDocument: true };

  it("have a state each, which knows its tokens", async () => {
    const { logits, state } = model.prefill([1, 2, 0, 3, 4, 5], { ...each, logitsToKeep: 2 });
    expect([logits.shape, state.batch, await state.positions!.data()]).toEqual([[2, 2, 32], 2, Int32Array.of(2, 3)]);
    expect(state.progress.history!.rows.map(({ recent }) => recent)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    expect(await state.progress.logits!.data()).toEqual((await logits.data()).filter((_, i) => i % 64 >= 32));
    const rows = model.prefill(
      [
        [1, 2, 0, 0],
        [3, 4, 5, 6],
      ],
      {
        seqIdx: [
          [0, 1, 2, -1],
          [2, 2, 2, 2],
        ],
        statePerDocument: true,
      },
    );
    expect(rows.state.batch).toBe(4);
  });

  it("are told by numbers, from the beginning", () => {
    const ids = [1, 2, 0, 3, 4, 5];
    const { state } = model.prefill([1]);
    expect(() => model.prefill(ids, { statePerDocument: true })).toThrow(/must come with seqIdx.*got no seqIdx/);
    expect(() => model.prefill(ids, { ...each, state })).toThrow(/without a state; got a state/);
    expect(() => model.prefill(ids, { ...each, lengths: [6] })).toThrow(/seqIdx must not be given with lengths/);
    expect(() => model.prefill(ids, { seqIdx: ids.map(() => -1), statePerDocument: true })).toThrow(
      /got padding alone/,
    );
    expect(() => model.prefill(model.tokens(ids), each)).toThrow(/must be given as numbers with statePerDocument/);
    expect(() => model.prefill(ids, { seqIdx: [0, 0], statePerDocument: true })).toThrow(/must have the shape of ids/);
    expect(() => model.prefill(ids, { seqIdx, statePerDocument: 1 as never })).toThrow(/statePerDocument must be/);
  });
});

describe("generation of a hybrid", () => {
  const collect = async (options: object, ids: readonly number[] = prompt): Promise<(number | null)[]> => {
    const all: (number | null)[] = [];
    for await (const [id] of model.generateIds([[...ids]], options)) all.push(id!);
    return all;
  };

  it.each([{ temperature: 0 }, { temperature: 1, seed: 5 }])(
    "goes on from a state, beyond a capacity: %o",
    async (how) => {
      const want = await collect({ ...how, maxTokens: 90 });
      let state: State | undefined;
      const first = await collect({ ...how, maxTokens: 40, onState: (end: State) => void (state = end) });
      const rest = await collect({ ...how, maxTokens: 50, state }, []);
      expect([...first, ...rest]).toEqual(want);
      expect(await collect({ ...how, maxTokens: 50, state }, [])).toEqual(rest); // a second branch
    },
  );

  it("chooses what whole forwards choose", async () => {
    const row = [...prompt];
    for (let i = 0; i < 12; i++) {
      const logits = await model.forward(row, { logitsToKeep: 1 }).data();
      row.push(logits.indexOf(Math.max(...(logits as Float32Array))));
    }
    expect(await collect({ temperature: 0, maxTokens: 12 })).toEqual(row.slice(prompt.length));
  });

  it("documents are apart, also in attention", async () => {
    const other = [7, 7, 3];
    const packed = await model
      .forward([...prompt, ...other], { seqIdx: [...prompt.map(() => 0), ...other.map(() => 1)] })
      .data();
    const alone = await model.forward(other).data();
    for (const [i, value] of alone.entries()) expect(packed[prompt.length * 32 + i]).toBeCloseTo(value, 5);
  });
});

it("is described by the configuration alone", () => {
  expect(State.empty(mamba2Config(fields), 3).batch).toBe(3);
});
