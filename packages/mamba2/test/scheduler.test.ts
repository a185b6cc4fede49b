// What the scheduler serves is what each request would get alone, whoever comes and goes beside it.
import { describe, expect, it } from "vitest";
import { generateIds, Mamba2LM, type RequestOptions, Scheduler } from "@x/mamba2";
import { createCpuDevice, type Device, hostUniform } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 61, padVocabSizeMultiple: 16, dState: 8, headDim: 8 };

/** Whole numbers below each bound, drawn one after another. */
function drawing(seed: number): (below: number) => number {
  let drawn = 0;
  return (below) => Math.floor(hostUniform({ seed }, 1, drawn++)[0]! * below);
}

async function alone(model: Mamba2LM, prompt: number[], request: RequestOptions): Promise<number[]> {
  const { prefix: _prefix, ...options } = request;
  const ids: number[] = [];
  for await (const [id] of generateIds(model, [prompt], options)) ids.push(id!);
  return ids;
}

const kinds: readonly RequestOptions[] = [
  { temperature: 0 },
  { temperature: 0.9 },
  { topK: 12, topP: 0.9 },
  { repetitionPenalty: 1.4, temperature: 0.8 },
  { presencePenalty: 0.7, frequencyPenalty: 0.2, minP: 0.02 },
  { typicalP: 0.7, logitBias: { 7: 2, 9: -Infinity } },
];

const modelOn = (device: Device): Mamba2LM => new Mamba2LM(fields, { seed: 1, device });

describe("Scheduler", () => {
  it("gives 200 requests that come and go what each gets alone, and memory stays flat", async () => {
    const device = createCpuDevice();
    const model = modelOn(device);
    const below = drawing(7);
    const requests = Array.from({ length: 200 }, (_, i) => {
      const prompt = Array.from({ length: 1 + below(12) }, () => below(61));
      // a third of them begin alike
      const shared = i % 3 === 0 ? [5, 5, 8, 1, 3] : [];
      const options: RequestOptions = {
        ...kinds[below(kinds.length)]!,
        seed: below(1000),
        maxTokens: 1 + below(10),
        ...(below(3) === 0 && { eosTokenId: [below(61), below(61), below(61)] }),
        ...(shared.length > 0 && { prefix: shared.length }),
      };
      return { prompt: [...shared, ...prompt], options, leaves: below(6) === 0 ? below(4) : Infinity, pause: below(4) };
    });
    const wanted: number[][] = [];
    for (const { prompt, options } of requests) wanted.push(await alone(model, prompt, options));
    const scheduler = new Scheduler(model, { slots: 5, prefillTokens: 6, maxUnread: 3, prefixBytes: 40_000 });
    let most = 0;
    const used: number[] = [];
    const serve = async ({ prompt, options, leaves, pause }: (typeof requests)[number]): Promise<number[]> => {
      const ids: number[] = [];
      for await (const id of scheduler.add(prompt, options)) {
        ids.push(id);
        most = Math.max(most, scheduler.active);
        if (ids.length > leaves) break;
        for (let turn = 0; turn < pause * 20; turn++) await Promise.resolve(); // some readers are slow
      }
      return ids;
    };
    for (let start = 0; start < requests.length; start += 40) {
      const part = requests.slice(start, start + 40);
      const got = await Promise.all(part.map(serve));
      for (const [i, ids] of got.entries()) {
        const { leaves } = part[i]!;
        expect(ids, `request ${start + i}`).toEqual(
          wanted[start + i]!.slice(0, leaves === Infinity ? undefined : leaves + 1),
        );
      }
      while (scheduler.active + scheduler.waiting > 0) await new Promise((resolve) => setTimeout(resolve));
      expect(scheduler.prefixBytes).toBeGreaterThan(0);
      expect(scheduler.prefixBytes).toBeLessThanOrEqual(40_000);
      used.push(device.memory.usedBytes - scheduler.prefixBytes);
    }
    expect(most).toBe(5);
    expect(Math.max(...used.slice(1))).toBeLessThanOrEqual(used[1]! * 1.25);
    scheduler.dispose();
    model.dispose();
  }, 60_000);

  it("serves models with attention: rows that have read more and less", async () => {
    const device = createCpuDevice();
    const attention = { heads: 2, keyValueHeads: 1, headDim: 8 };
    const layers = [["mixer"], ["attention"]] as const;
    const model = new Mamba2LM({ ...fields, layers, attention }, { seed: 1, device });
    const requests = [[1], [2, 3, 4, 5], [6, 7], [8, 9, 10]].map((prompt, i) => ({
      prompt,
      seed: i,
      maxTokens: 9 - 2 * i,
    }));
    const scheduler = new Scheduler(model, { slots: 3 });
    const got = await Promise.all(
      requests.map(async ({ prompt, ...options }) => {
        const ids: number[] = [];
        for await (const id of scheduler.add(prompt, options)) ids.push(id);
        return ids;
      }),
    );
    for (const [i, { prompt, ...options }] of requests.entries())
      expect(got[i]).toEqual(await alone(model, prompt, options));
    scheduler.dispose();
    model.dispose();
  });

  it("reads a beginning once", async () => {
    const model = modelOn(createCpuDevice());
    const lengths: number[] = [];
    const prefill = model.prefill.bind(model);
    model.prefill = (ids, options) => {
      lengths.push((ids as number[][])[0]!.length);
      return prefill(ids, options);
    };
    const scheduler = new Scheduler(model);
    const system = [9, 8, 7, 6, 5];
    for (const question of [[1], [2, 3]])
      for await (const _ of scheduler.add([...system, ...question], { maxTokens: 2, prefix: 5 }));
    expect(lengths).toEqual([5, 1, 2]);
    scheduler.dispose();
  });

  it("ends what is aborted, given up or refused, and frees everything", async () => {
    const device = createCpuDevice();
    const model = modelOn(device);
    const { usedBytes } = device.memory;
    const scheduler = new Scheduler(model, { slots: 2, maxWaiting: 3, maxUnread: 2 });
    const controller = new AbortController();
    const aborted = scheduler.add([1], { signal: controller.signal });
    expect((await aborted.next()).done).toBe(false);
    controller.abort(new Error("enough"));
    await expect(
      (async () => {
        for await (const _ of aborted);
      })(),
    ).rejects.toThrow("enough");
    const other = scheduler.add([2], { maxTokens: 3 });
    const ids: number[] = [];
    let end = await other.next();
    for (; !end.done; end = await other.next()) ids.push(end.value);
    expect(end.value).toBe("length");
    expect(ids).toEqual(await alone(model, [2], { maxTokens: 3 }));
    for (const _ of [1, 2, 3]) scheduler.add([3]);
    expect(() => scheduler.add([3])).toThrow("at most 3 requests may wait (maxWaiting); got one more.");
    expect(() => scheduler.add([])).toThrow("prompt must be token ids, one at least; got an array of 0.");
    expect(() => scheduler.add([64])).toThrow("prompt must be tokens of the model, below 64; got 64.");
    expect(() => scheduler.add([1], { stepsAhead: 1 } as object)).toThrow('got "stepsAhead"');
    await new Promise((resolve) => setTimeout(resolve, 20));
    scheduler.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => scheduler.add([1])).toThrow("must not be used after it was disposed");
    expect(device.memory.usedBytes - usedBytes).toBeLessThan(20_000); // constants of plans
    model.dispose();
  });
});
