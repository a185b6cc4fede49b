// One step whose gradients are NaN, then saved values again: training goes on as if that step had not been.
import { expect, it } from "vitest";
import * as nn from "@x/nn";
import { sum } from "@x/tensor";

const optimizers: Readonly<Record<string, () => nn.Optimizer>> = {
  adamw: () => nn.adamw({ lr: 0.1, weightDecay: 0.1 }),
  "adamw of 8 bits": () => nn.adamw({ lr: 0.1, moments: "8bit" }),
  sgd: () => nn.sgd({ lr: 0.1, momentum: 0.9 }),
  lion: () => nn.lion({ lr: 0.1 }),
  muon: () => nn.groups([{ match: /weight/, optimizer: nn.muon({ lr: 0.1 }) }, { optimizer: nn.sgd({ lr: 0.1 }) }]),
  adafactor: () => nn.adafactor({ lr: 0.1 }),
};
const transforms: Readonly<Record<string, readonly nn.GradientTransform[]>> = {
  none: [],
  "by norm": [nn.clipByGlobalNorm(1)],
  "by value": [nn.clipByValue(0.5)],
  "by norm, then value": [nn.clipByGlobalNorm(1), nn.clipByValue(0.5)],
  "by value, then norm": [nn.clipByValue(0.5), nn.clipByGlobalNorm(1)],
};
const runs = Object.keys(optimizers).flatMap((optimizer) =>
  Object.keys(transforms).flatMap((clip) => [true, false].map((capture) => ({ optimizer, clip, capture }))),
);

it.each(runs)("$optimizer, clipping $clip, capture $capture", async ({ optimizer, clip, capture }) => {
  const good = { x: [[1, -2, 3]] };
  const fitOf = (): [nn.Linear, nn.Trainer<{ x: number[][] }>] => {
    const model = new nn.Linear(3, 3);
    const parts = nn.chain(...transforms[clip]!, optimizers[optimizer]!(), nn.emaOfWeights(0.9));
    return [model, nn.trainer(model, parts, ({ x }) => sum(model.forward(x)), { capture, allowNonFinite: true })];
  };
  const [[model, fit], [expected, undisturbed]] = [fitOf(), fitOf()];
  await fit.step(good);
  const [values, state] = [await model.stateDict(), await fit.serialize()];
  expect((await fit.step({ x: [[NaN, 1, 1]] })).loss).toBeNaN();
  model.loadStateDict(values);
  fit.restore(state);
  await undisturbed.step(good);
  expect(await fit.step(good)).toEqual(await undisturbed.step(good));
  expect(await model.stateDict()).toEqual(await expected.stateDict());
});
