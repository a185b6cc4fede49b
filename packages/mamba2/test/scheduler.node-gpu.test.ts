// The scheduler on WebGPU, where it runs ahead of what the host has read. `npm run test:full` serves 200 requests.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GeneratingModel, Mamba2LM, Scheduler } from "@x/mamba2";
import { type Device, webgpuDevice } from "@x/tensor";
import { alone, servedModels, type Served, testServing } from "./scheduler-cases.ts";

let gpu: Device;
beforeAll(async () => {
  gpu = await webgpuDevice({ device: await sharedGpu() });
});
afterAll(() => gpu.dispose());

const served: Served =
  process.env["X_TESTS"] === "full"
    ? { requests: 200, atOnce: 40, lengths: [1, 2, 3, 5, 8, 12], slots: 5 }
    : { requests: 18, atOnce: 6, lengths: [1, 4], slots: 2 };

testServing(() => gpu, "mixers", served);
testServing(() => gpu, "hybrid", served);

it.each([
  [0, 1],
  [1, 2],
  [3, 4],
])("hands the device %i steps beyond the one that is waited for, none beyond the last", async (stepsAhead, first) => {
  const model = new Mamba2LM(servedModels.mixers, { seed: 1, device: gpu });
  let seen = "";
  // a model that is no Module is run anew at each step
  const watched: GeneratingModel = {
    config: model.config,
    device: gpu,
    prefill: (ids, options) => model.prefill(ids, options),
    stepLayers: (ids, layers, positions) => {
      seen += "s";
      return model.stepLayers(ids, layers, positions);
    },
  };
  const scheduler = new Scheduler(watched, { stepsAhead });
  const ids: number[] = [];
  for await (const id of scheduler.add([1, 2], { temperature: 0, maxTokens: 5 })) {
    seen += "t";
    ids.push(id);
  }
  expect(seen.indexOf("t")).toBe(first);
  expect(seen.match(/s/g)).toHaveLength(4);
  expect(ids).toEqual(await alone(model, [1, 2], { temperature: 0, maxTokens: 5 }));
  // what was made beyond an end token is dropped
  const eosTokenId = ids[1]!;
  const ended: number[] = [];
  for await (const id of scheduler.add([1, 2], { temperature: 0, maxTokens: 50, eosTokenId })) ended.push(id);
  expect(ended).toEqual(ids.slice(0, ids.indexOf(eosTokenId) + 1));
  scheduler.dispose();
  model.dispose();
});
