// Requests of every kind that come and go at random: each gets from the scheduler what it gets alone, and memory stays flat.
import { expect, it } from "vitest";
import { generateIds, Mamba2LM, type Mamba2Fields, type RequestOptions, Scheduler } from "@x/mamba2";
import { type Device, hostUniform } from "@x/tensor";

const fields = { dModel: 16, nLayer: 2, vocabSize: 61, padVocabSizeMultiple: 16, dState: 8, headDim: 8 };

/** Small models of each kind that a state is made of. */
export const servedModels: Readonly<Record<"mixers" | "hybrid", Mamba2Fields>> = {
  mixers: fields,
  hybrid: {
    ...fields,
    layers: [["mixer"], ["attention", "mlp"]],
    attention: { heads: 2, keyValueHeads: 1, headDim: 8, rotary: { size: 8 } },
    dIntermediate: 16,
  },
};

const kinds: readonly RequestOptions[] = [
  { temperature: 0 },
  { temperature: 0.9 },
  { topK: 12, topP: 0.9 },
  { repetitionPenalty: 1.4, temperature: 0.8 },
  { presencePenalty: 0.7, frequencyPenalty: 0.2, minP: 0.02 },
  { typicalP: 0.7, logitBias: { 7: 2, 9: -Infinity } },
];

/** How large a run of {@link testServing} is. */
export interface Served {
  readonly requests: number;
  /** of which so many come at once */
  readonly atOnce: number;
  /** prompts have one of these lengths, a beginning of five tokens that some share not counted */
  readonly lengths: readonly number[];
  readonly slots: number;
}

interface Case {
  readonly prompt: number[];
  readonly options: RequestOptions;
  /** after how many tokens it is given up */
  readonly leaves: number;
  readonly pause: number;
}

/** The tokens that a request gets alone. */
export async function alone(model: Mamba2LM, prompt: number[], request: RequestOptions): Promise<number[]> {
  const { prefix: _prefix, ...options } = request;
  const ids: number[] = [];
  for await (const [id] of generateIds(model, [prompt], options)) ids.push(id!);
  return ids;
}

function drawnCases({ requests, lengths }: Served): Case[] {
  let drawn = 0;
  const below = (bound: number): number => Math.floor(hostUniform({ seed: 7 }, 1, drawn++)[0]! * bound);
  return Array.from({ length: requests }, (_, i) => {
    const prompt = Array.from({ length: lengths[below(lengths.length)]! }, () => below(61));
    const shared = i % 3 === 0 ? [5, 5, 8, 1, 3] : []; // a third of them begin alike
    const options: RequestOptions = {
      ...kinds[below(kinds.length)]!,
      seed: below(1000),
      maxTokens: 1 + below(10),
      ...(below(3) === 0 && { eosTokenId: [below(61), below(61), below(61)] }),
      ...(shared.length > 0 && { prefix: shared.length }),
    };
    return { prompt: [...shared, ...prompt], options, leaves: below(6) === 0 ? below(4) : Infinity, pause: below(4) };
  });
}

/** Requests in parts, the parts one after another. */
export function testServing(deviceOf: () => Device, kind: keyof typeof servedModels, served: Served): void {
  it(`gives ${served.requests} requests to a model of ${kind} that come and go what each gets alone, and memory stays flat`, async () => {
    const device = deviceOf();
    const model = new Mamba2LM(servedModels[kind], { seed: 1, device });
    const cases = drawnCases(served);
    const wanted: number[][] = [];
    for (const { prompt, options } of cases) wanted.push(await alone(model, prompt, options));
    const { slots, atOnce } = served;
    const scheduler = new Scheduler(model, { slots, prefillTokens: 6, maxUnread: 3, prefixBytes: 40_000 });
    let most = 0;
    const used: number[] = [];
    const serve = async ({ prompt, options, leaves, pause }: Case): Promise<number[]> => {
      const ids: number[] = [];
      for await (const id of scheduler.add(prompt, options)) {
        ids.push(id);
        most = Math.max(most, scheduler.active);
        if (ids.length > leaves) break;
        for (let turn = 0; turn < pause * 20; turn++) await Promise.resolve(); // some readers are slow
      }
      return ids;
    };
    for (let start = 0; start < cases.length; start += atOnce) {
      const part = cases.slice(start, start + atOnce);
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
    if (device.kind === "cpu") expect(most).toBe(slots);
    else expect(most).toBeGreaterThanOrEqual(slots); // and those whose last tokens are on the way
    expect(Math.max(...used.slice(1))).toBeLessThanOrEqual(used[1]! * 1.25);
    scheduler.dispose();
    model.dispose();
  }, 600_000);
}
