// Long loops on the CPU device, which waits for nothing, hear timers on their way: so signals, sockets and Ctrl-C reach what runs.
import { generateIds, Mamba2LM, mamba2Config, meanLoss, streamPrefill, train } from "@x/mamba2";
import { accuracy, sequentialBatches, type TokenBatch } from "@x/nn";
import { cpuDevice, sum, tensor } from "@x/tensor";
import { expect, it } from "vitest";

const device = cpuDevice();
const model = new Mamba2LM(
  mamba2Config({ dModel: 16, nLayer: 1, dState: 8, headDim: 8, chunkSize: 16, vocabSize: 256 }),
  { device, seed: 1 },
);
const text = "the quick brown fox ".repeat(40);
const tokens = Array.from(text, (character) => character.charCodeAt(0));

/** Batches without end, until the timer has been heard. */
function* endless(heard: () => boolean): Generator<TokenBatch> {
  while (!heard()) yield* sequentialBatches({ tokens: Int32Array.from(tokens), batch: 2, length: 32 });
}

/** Each goes on until a timer is heard: without turns of the event loop none of them would end. */
const loops: Readonly<Record<string, (heard: () => boolean) => Promise<unknown>>> = {
  "values that are read": async (heard) => {
    const x = tensor([1, 2, 3], { device });
    while (!heard()) await sum(x).item();
  },
  "a device that is waited for": async (heard) => {
    while (!heard()) await device.sync();
  },
  generateIds: async (heard) => {
    for await (const _ of generateIds(model, [[1]], { maxTokens: 1e9, until: heard, eosTokenId: null }));
  },
  generateText: async (heard) => {
    for await (const _ of model.generate("a", { maxTokens: 1e9, temperature: 1, seed: 1 })) if (heard()) break;
  },
  streamPrefill: async (heard) => {
    const parts = function* (): Generator<readonly number[]> {
      while (!heard()) yield tokens;
    };
    const { state, logits } = await streamPrefill(model, parts(), { chunk: 64 });
    state.dispose();
    logits.dispose();
  },
  meanLoss: (heard) => meanLoss(model, endless(heard)),
  accuracy: (heard) => accuracy(model, endless(heard)),
  train: async (heard) => {
    for await (const _ of train(model, { text, steps: 1e6, batch: 1, length: 16 })) if (heard()) break;
  },
};

it.each(Object.keys(loops))("%s", { timeout: 20_000 }, async (name) => {
  let heard = false;
  setTimeout(() => (heard = true), 10);
  await loops[name]!(() => heard);
  expect(heard).toBe(true);
});
