// What greedy generation must do on every device. The reference steps by hand and lets the sampler choose from all logits.
import { describe, expect, it } from "vitest";
import { type GenerateOptions, Mamba2LM, sampler, type State } from "@x/mamba2";
import { type InitHook, mapInit } from "@x/nn";
import type { Device } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 61, padVocabSizeMultiple: 16, dState: 8, headDim: 8, tieEmbeddings: false };
type Ids = (number | null)[];

async function collect(items: AsyncIterable<Ids>): Promise<Ids[]> {
  const all: Ids[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The tokens that the host takes; of the options as for `generateIds`. */
async function onHost(model: Mamba2LM, prompts: number[][], { maxTokens = 12, eosTokenId = null, state: start, ...options }: GenerateOptions): Promise<Ids[]> {
  const sample = sampler({ vocabSize: model.config.vocabSize, ...options });
  const ended = prompts.map(() => false);
  let { logits, state } = model.prefill(prompts, start ? { state: start } : {});
  const all: Ids[] = [];
  while (all.length < maxTokens && !ended.every(Boolean)) {
    const data = await logits.data() as Float32Array;
    const width = data.length / prompts.length;
    const ids = prompts.map((_, row) => (ended[row] ? null : sample(data.subarray(row * width, (row + 1) * width), { step: all.length, row })));
    for (const [row, id] of ids.entries()) ended[row] ||= id === eosTokenId;
    all.push(ids);
    ({ logits, state } = model.step(ids.map((id) => id ?? eosTokenId ?? 0), state));
  }
  return all;
}

/** Changes the head's values by (value, token). */
function headed(change: (value: number, token: number) => number): InitHook {
  return (parameter, standard) => {
    if (parameter.role !== "head") return standard;
    return (shape, key) => standard(shape, key).map((value, i) => change(value, Math.floor(i / fields.dModel)));
  };
}

export function testGreedy(deviceOf: () => Device): void {
  const modelOf = (seed: number, init?: InitHook): Mamba2LM => new Mamba2LM(fields, { seed, device: deviceOf(), ...(init && { init }) });
  const agree = async (model: Mamba2LM, prompts: number[][], options: GenerateOptions): Promise<Ids[]> => {
    const got = await collect(model.generateIds(prompts, { maxTokens: 12, ...options }));
    expect(got).toEqual(await onHost(model, prompts, options));
    return got;
  };

  describe("takes the tokens that the host takes", () => {
    it.each([[1, { temperature: 0 }], [2, { topK: 1 }], [3, { temperature: 0, vocabSize: 20, topP: 0.5 }]])("seed %i, %o", async (seed, options) => {
      const model = modelOf(seed);
      for (const prompts of [[[seed]], [[1, 2, 3], [seed, 60, 7], [4, 4, 4]]]) await agree(model, prompts, options);
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
      await collect(model.generateIds([[9, 8]], { maxTokens: 3, temperature: 0, onState: (end) => void (state = end) }));
      await agree(model, [[7]], { temperature: 0, state: state! });
    });

    it("among equal logits: the first", async () => {
      expect((await agree(modelOf(6, headed(() => 0)), [[1], [2]], { temperature: 0 })).flat().every((id) => id === 0)).toBe(true);
      await agree(modelOf(6, headed((_, token) => Math.cos(token % 7))), [[1], [2]], { temperature: 0 });
    });

    it("where padding holds NaN, or finite logits have no finite sum", async () => {
      await agree(modelOf(7, headed((value, token) => (token < 61 ? value : NaN))), [[1], [2]], { temperature: 0 });
      await agree(modelOf(7, headed((value) => Math.abs(value) * 1e38)), [[1], [2]], { temperature: 0 });
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
    await collect(model.generateIds([[1, 2], [3, 4]], { maxTokens: 5, temperature: 0 }));
    device.download = download;
    expect(sizes).toEqual([16, 16, 16, 16, 16]);
    expect(model.device.memory.usedBytes).toBe(usedBytes);
  });

  it("says what the sampler says of logits that are not finite, and of too few", async () => {
    const failure = (model: Mamba2LM, options: GenerateOptions = {}): Promise<unknown> => collect(model.generateIds([[1], [2]], { temperature: 0, ...options }));
    for (const token of [0, 5, 60]) {
      const broken = modelOf(9, headed((value, at) => (at === token ? NaN : value)));
      await expect(failure(broken)).rejects.toThrow(`logits must be below Infinity and no NaN; got NaN for token ${token}.`);
    }
    const all: InitHook = (_, standard) => mapInit(standard, () => NaN);
    await expect(failure(modelOf(9, all))).rejects.toThrow("got NaN for token 0.");
    await expect(failure(modelOf(9), { vocabSize: 65 })).rejects.toThrow("there must be at least vocabSize = 65 logits");
  });
}
