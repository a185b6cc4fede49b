// What greedy generation must do on every device. The reference steps by hand and takes the largest of all logits.
import { describe, expect, it } from "vitest";
import { type Continuation, generateIds, type GenerateOptions, type LayerState, Mamba2LM, type State } from "@x/mamba2";
import { type InitHook, mapInit } from "@x/nn";
import { add, cast, type Device, eq, mul, reshape, tensor, type Tensor, where } from "@x/tensor";
import { smallModel } from "./small-model.ts";

type Ids = (number | null)[];

async function collect(items: AsyncIterable<Ids>): Promise<Ids[]> {
  const all: Ids[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The index of the largest; of equal ones the first. */
const first = (values: Float32Array): number => values.indexOf(values.reduce((most, value) => Math.max(most, value)));

/** The tokens that the host takes; of the options as for `generateIds`. */
async function onHost(
  model: Pick<Mamba2LM, "config" | "prefill"> & { step(ids: readonly number[], state: State): Continuation },
  prompts: number[][],
  { maxTokens = 12, eosTokenId = null, state: start, vocabSize = model.config.vocabSize }: GenerateOptions,
): Promise<Ids[]> {
  const ends = [eosTokenId ?? []].flat();
  const ended = prompts.map(() => false);
  let { logits, state } = model.prefill(prompts, start ? { state: start } : {});
  const all: Ids[] = [];
  while (all.length < maxTokens && !ended.every(Boolean)) {
    const data = (await logits.data()) as Float32Array;
    const width = data.length / prompts.length;
    const ids = prompts.map((_, row) =>
      ended[row] ? null : first(data.subarray(row * width, row * width + vocabSize)),
    );
    for (const [row, id] of ids.entries()) ended[row] ||= ends.includes(id ?? -1);
    all.push(ids);
    ({ logits, state } = model.step(
      ids.map((id) => id ?? ends[0] ?? 0),
      state,
    ));
  }
  return all;
}

/** Changes the head's values by (value, token). */
function headed(change: (value: number, token: number) => number): InitHook {
  return (parameter, standard) => {
    if (parameter.role !== "head") return standard;
    return (shape, key) => standard(shape, key).map((value, i) => change(value, Math.floor(i / smallModel.dModel)));
  };
}

export function testGreedy(deviceOf: () => Device): void {
  const modelOf = (seed: number, init?: InitHook): Mamba2LM =>
    new Mamba2LM(smallModel, { seed, device: deviceOf(), ...(init && { init }) });
  const agree = async (model: Mamba2LM, prompts: number[][], options: GenerateOptions): Promise<Ids[]> => {
    const got = await collect(model.generateIds(prompts, { maxTokens: 12, ...options }));
    expect(got).toEqual(await onHost(model, prompts, options));
    return got;
  };

  describe("takes the tokens that the host takes", () => {
    it.each([
      [1, { temperature: 0 }],
      [2, { topK: 1 }],
      [3, { temperature: 0, vocabSize: 20, topP: 0.5 }],
    ])("seed %i, %o", async (seed, options) => {
      const model = modelOf(seed);
      for (const prompts of [
        [[seed]],
        [
          [1, 2, 3],
          [seed, 60, 7],
          [4, 4, 4],
        ],
      ])
        await agree(model, prompts, options);
    });

    it("when rows end on their own", async () => {
      const model = modelOf(4);
      const prompts = [[1], [2], [3]];
      const free = await agree(model, prompts, { temperature: 0 });
      const ended = await agree(model, prompts, { temperature: 0, eosTokenId: free[2]![1]! });
      expect(ended.flat()).toContain(null);
      expect(await agree(model, prompts, { temperature: 0, maxTokens: 1 })).toHaveLength(1);
    });

    it("from a state", async () => {
      const model = modelOf(5);
      let state: State | undefined;
      await collect(
        model.generateIds([[9, 8]], { maxTokens: 3, temperature: 0, onState: (end) => void (state = end) }),
      );
      await agree(model, [[7]], { temperature: 0, state: state! });
    });

    it("among equal logits: the first", async () => {
      expect(
        (
          await agree(
            modelOf(
              6,
              headed(() => 0),
            ),
            [[1], [2]],
            { temperature: 0 },
          )
        )
          .flat()
          .every((id) => id === 0),
      ).toBe(true);
      await agree(
        modelOf(
          6,
          headed((_, token) => Math.cos(token % 7)),
        ),
        [[1], [2]],
        { temperature: 0 },
      );
    });

    it("where padding holds NaN, or finite logits have no finite sum", async () => {
      await agree(
        modelOf(
          7,
          headed((value, token) => (token < 61 ? value : NaN)),
        ),
        [[1], [2]],
        { temperature: 0 },
      );
      await agree(
        modelOf(
          7,
          headed((value) => Math.abs(value) * 1e38),
        ),
        [[1], [2]],
        { temperature: 0 },
      );
    });
  });

  describe("hands steps over before their tokens are read", () => {
    const prompts = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const run = async (model: Mamba2LM, options: GenerateOptions): Promise<{ ids: Ids[]; state: Uint8Array }> => {
      let state: State | undefined;
      const ids = await collect(
        model.generateIds(prompts, { maxTokens: 9, temperature: 0, ...options, onState: (end) => void (state = end) }),
      );
      return { ids, state: await state!.serialize(model) };
    };

    it("2 or 20 at a time, to the same tokens and state", async () => {
      const model = modelOf(10);
      const free = await run(model, { stepsAhead: 0 });
      // an end at every step, of one row after the other, then of the last: steps beyond it are dropped
      const ends = new Set([null, ...free.ids.map((ids, i) => ids[i % ids.length]!), ...free.ids[0]!]);
      for (const eosTokenId of ends) {
        const want = await run(model, { stepsAhead: 0, eosTokenId });
        for (const stepsAhead of [2, 20]) expect(await run(model, { stepsAhead, eosTokenId })).toEqual(want);
      }
      for (const stepsAhead of [2, 20]) expect((await run(model, { stepsAhead, maxTokens: 0 })).ids).toEqual([]);
    });

    it("as many as asked for, and none that is not needed", async () => {
      const model = modelOf(11);
      const { device } = model;
      const { download } = device;
      const begun: number[] = [];
      let count = 0;
      device.download = (block, sizeBytes) => {
        count++;
        return download.call(device, block, sizeBytes);
      };
      for await (const _ of model.generateIds(prompts, { maxTokens: 6, temperature: 0, stepsAhead: 3 }))
        begun.push(count);
      device.download = download;
      expect(begun).toEqual(device.kind === "webgpu" ? [1, 5, 6, 6, 6, 6] : [1, 2, 3, 4, 5, 6]);
    });

    it("and takes what the host takes where a row has no finite sum; says what is no number", async () => {
      // After some token two logits are so low that their row has no finite sum.
      const model = modelOf(12);
      const free = await onHost(model, prompts, { temperature: 0 });
      const low = tensor(
        Float32Array.from({ length: 64 }, (_, token) => (token < 2 ? -3e38 : 0)),
        { device: model.device },
      );
      const after = free[4]![1]!;
      const lowered = (logits: Tensor, ids: Tensor): Tensor =>
        add(logits, mul(reshape(cast(eq(ids, after), "f32"), [3, 1]), low));
      const changed = {
        config: model.config,
        device: model.device,
        prefill: model.prefill.bind(model),
        stepLayers: (ids: Tensor, layers: readonly LayerState[]) => {
          const next = model.stepLayers(ids, layers);
          return { ...next, logits: lowered(next.logits, ids) };
        },
        step: (ids: readonly number[], state: State) => {
          const next = model.step(ids, state);
          return { ...next, logits: lowered(next.logits, tensor(Int32Array.from(ids), { device: model.device })) };
        },
      };
      const got = await collect(generateIds(changed, prompts, { temperature: 0, stepsAhead: 3, maxTokens: 12 }));
      expect(got).toEqual(await onHost(changed, prompts, { temperature: 0 }));
      const broken = {
        ...changed,
        stepLayers: (ids: Tensor, layers: readonly LayerState[]) => {
          const next = model.stepLayers(ids, layers);
          return { ...next, logits: mul(next.logits, where(reshape(eq(ids, after), [3, 1]), NaN, next.logits)) };
        },
      };
      const until = async (): Promise<{ seen: number; usedBytes: number }> => {
        let seen = 0;
        const tokens = generateIds(broken, prompts, { temperature: 0, stepsAhead: 3 });
        await expect(
          (async () => {
            for await (const _ of tokens) seen++;
          })(),
        ).rejects.toThrow("logits must be below Infinity and no NaN");
        return { seen, usedBytes: model.device.memory.usedBytes };
      };
      const first = await until(); // constants stay on the device from the first time on
      expect(first.seen).toBeGreaterThan(0);
      expect(await until()).toEqual(first);
    });

    it("and frees them when the caller stops", async () => {
      const model = modelOf(13);
      const { usedBytes } = model.device.memory;
      let seen = 0;
      for await (const _ of model.generateIds(prompts, { temperature: 0, stepsAhead: 4 })) if (++seen === 3) break;
      expect(model.device.memory.usedBytes).toBe(usedBytes);
    });
  });

  it("reads 8 bytes per row and step, and frees what it held", async () => {
    const model = modelOf(8);
    const { usedBytes } = model.device.memory;
    const { device } = model;
    const { download } = device;
    const sizes: number[] = [];
    device.download = (block, sizeBytes) => {
      sizes.push(sizeBytes);
      return download.call(device, block, sizeBytes);
    };
    await collect(
      model.generateIds(
        [
          [1, 2],
          [3, 4],
        ],
        { maxTokens: 5, temperature: 0 },
      ),
    );
    device.download = download;
    expect(sizes).toEqual([16, 16, 16, 16, 16]);
    expect(model.device.memory.usedBytes).toBe(usedBytes);
  });

  it("says what the sampler says of logits that are not finite, and of too few", async () => {
    const failure = (model: Mamba2LM, options: GenerateOptions = {}): Promise<unknown> =>
      collect(model.generateIds([[1], [2]], { temperature: 0, ...options }));
    for (const token of [0, 5, 60]) {
      const broken = modelOf(
        9,
        headed((value, at) => (at === token ? NaN : value)),
      );
      await expect(failure(broken)).rejects.toThrow(
        `logits must be below Infinity and no NaN; got NaN for token ${token}.`,
      );
    }
    const all: InitHook = (_, standard) => mapInit(standard, () => NaN);
    await expect(failure(modelOf(9, all))).rejects.toThrow("got NaN for token 0.");
    await expect(failure(modelOf(9), { vocabSize: 65 })).rejects.toThrow(
      "vocabSize must be at most 64, the tokens of the model; got 65.",
    );
  });
}
