// Parameters that the loss does not reach: without any other nothing is trained, which is refused; beside others they stay as they are, as `grad is None` in PyTorch.
import { describe, expect, it } from "vitest";
import * as nn from "@x/nn";
import { add, capture, gradientsOf, mul, noGrad, sum, type Tensor, tensor } from "@x/tensor";

class Net extends nn.Module {
  readonly used: nn.Linear;
  readonly unused: nn.Linear;

  constructor() {
    super();
    const builder = new nn.Builder({ seed: 1 });
    this.used = new nn.Linear(2, 2, { builder: builder.at("used") });
    this.unused = new nn.Linear(2, 2, { builder: builder.at("unused") });
  }
}

interface Rows {
  readonly x: { readonly data: Float32Array; readonly shape: readonly number[] };
  readonly all: boolean;
}
const rows = (all: boolean): Rows => ({ x: { data: Float32Array.of(1, -2), shape: [1, 2] }, all });

const decayed = { lr: 0.1, weightDecay: 0.5 };
const optimizers: Readonly<Record<string, () => nn.Optimizer>> = {
  adamw: () => nn.adamw(decayed),
  sgd: () => nn.sgd({ ...decayed, momentum: 0.9 }),
  lion: () => nn.lion(decayed),
  adafactor: () => nn.adafactor(decayed),
  groups: () =>
    nn.groups([
      { match: /unused/, optimizer: nn.adamw(decayed), decay: true },
      { match: /weight/, optimizer: nn.muon(decayed) },
      { optimizer: nn.sgd({ lr: 0.1 }) },
    ]),
  chain: () => nn.chain(nn.clipByGlobalNorm(1), nn.clipByValue(0.5), nn.adamw(decayed), nn.emaOfWeights(0.9)),
};
const ways: Readonly<Record<string, nn.TrainerOptions>> = {
  recorded: {},
  "not recorded": { capture: false },
  "a scale": { lossScale: 8 },
  "a dynamic scale": { lossScale: "dynamic" },
};
const runs = Object.keys(optimizers).flatMap((name) => Object.keys(ways).map((way) => ({ name, way })));

/** Uses all parameters where the batch says so. */
function fitOf(model: Net, { name, way }: (typeof runs)[number]): nn.Trainer<Rows> {
  const loss = ({ x, all }: { x: Tensor; all: boolean }): Tensor => {
    const used = sum(model.used.forward(x));
    return all ? add(used, sum(model.unused.forward(x))) : used;
  };
  return nn.trainer<Rows>(model, optimizers[name]!(), loss as never, ways[way]!);
}

/** The unused parameters, and their moments. */
async function unusedOf({ state }: nn.Trainer<Rows>, { unused }: Net): Promise<number[][]> {
  const moments = Object.keys(state.tensors).filter((path) => path.includes("unused") && !path.startsWith("ema"));
  const values = [unused.weight.value, unused.bias!.value, ...moments.map((path) => state.tensors[path]!)];
  return Promise.all(values.map(async (value) => [...(await value.data())]));
}

describe.each(runs)("$name, $way", (run) => {
  it("leaves what gets no gradient as it is, moments too", async () => {
    const model = new Net();
    const fit = fitOf(model, run);
    const [before, used] = [await unusedOf(fit, model), await model.used.weight.hostValue()];
    await fit.step(rows(false));
    await fit.step([rows(false), rows(false)]);
    expect(await unusedOf(fit, model)).toEqual(before);
    expect(await model.used.weight.hostValue()).not.toEqual(used);
    await fit.step([rows(false), rows(true)]);
    const after = await unusedOf(fit, model);
    expect(after).not.toEqual(before);
    await fit.step(rows(false));
    expect(await unusedOf(fit, model)).toEqual(after);
  });

  it.each(["noGrad", "the batch alone", "a copy"])("refuses a loss that reaches none: %s", async (how) => {
    const [model, copy] = [new Net(), new Net()];
    const losses: Readonly<Record<string, (x: Tensor) => Tensor>> = {
      noGrad: (x) => noGrad(() => sum(model.used.forward(x))),
      "the batch alone": (x) => sum(x),
      "a copy": (x) => sum(copy.used.forward(x)),
    };
    const loss = ({ x }: { x: Tensor }): Tensor => losses[how]!(x);
    const fit = nn.trainer<Rows>(model, optimizers[run.name]!(), loss as never, ways[run.way]!);
    const before = await model.stateDict();
    await expect(fit.step(rows(false))).rejects.toThrow(
      "trainer: the loss must depend on a parameter of the model; none of 4 gets a gradient, used.weight among them.",
    );
    expect(await model.stateDict()).toEqual(before);
  });
});

it("a gradient of zeros by value is a gradient", async () => {
  const { weight } = new nn.Linear(2, 2);
  const { grads } = gradientsOf(() => sum(mul(weight.value, 0)), [weight.value]);
  expect([...(await grads[0]!.data())]).toEqual([0, 0, 0, 0]);
});

it.each(["eager", "captured"])("gradientsOf gives none to tensors that are not reached, %s", (form) => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];
  const grads = (x: Tensor, y: Tensor) => gradientsOf(() => sum(mul(x, 2)), [x, y]).grads;
  expect((form === "eager" ? grads : capture(grads))(a, b).map((grad) => grad?.shape)).toEqual([[2], undefined]);
});

it("applyUpdate refuses a loss that reaches none, and what is no gradient", () => {
  const parameters = [{ path: "w", decay: true, value: tensor([1, 2]) }];
  const optimizer = nn.sgd({ lr: 1 });
  const state = optimizer.init(parameters);
  expect(() => nn.applyUpdate(optimizer, parameters, [undefined], state)).toThrow(
    "applyUpdate: one of grads must be a tensor; all 1 are undefined: the loss reaches no parameter.",
  );
  expect(() => nn.applyUpdate(optimizer, parameters, [null] as never, state)).toThrow(
    /^applyUpdate: grads\[0\] must be a/,
  );
  expect(state.step).toBe(0);
});
