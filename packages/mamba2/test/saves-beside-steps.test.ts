// A save that is waited for while steps go on holds the values of when it was asked for: model, averages, optimizer, carried state, adapter.
import { expect, it } from "vitest";
import { Mamba2LM, train, type TrainOptions } from "@x/mamba2";
import { addAdapter, saveAdapter } from "@x/mamba2/adapters";

const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const text = "All happy families are alike; every unhappy family is unhappy in its own way. ".repeat(8);
const settings: TrainOptions = { text, steps: 6, batch: 2, length: 12, validateEvery: 9, lr: 0.01 };

it.each([{}, { ema: 0.5 }, { carryState: true, lossScale: "dynamic" }, { moments: "8bit" }, { lora: true }] as const)(
  "of a run with %j",
  async ({ ...options }) => {
    const { lora = false, ...more } = options as { lora?: boolean } & Partial<TrainOptions>;
    const ran = async (waits: boolean): Promise<readonly unknown[]> => {
      const model = new Mamba2LM(fields, { seed: 1 });
      const adapter = lora ? addAdapter(model, { rank: 2 }) : undefined;
      const run = train(model, { ...settings, ...more });
      const files = (): Promise<{ readonly files: ReadonlyMap<string, Uint8Array> }> =>
        adapter ? saveAdapter(adapter) : model.save("own", { snapshot: true });
      let saved: Promise<readonly unknown[]> | undefined;
      for await (const { step } of run) {
        if (step !== 3) continue;
        const now = [files(), run.serialize()];
        const { averages } = await run.withAverages(() => ({ averages: files() }));
        saved = Promise.all([...now, averages]);
        if (waits) await saved;
      }
      return saved!;
    };
    expect(await ran(false)).toEqual(await ran(true));
  },
);
