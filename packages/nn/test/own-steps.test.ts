// A parameter counts the updates that it took part in, not those of its trainer: bias corrections and first steps are its own, in every optimizer, way of training, and after a resume.
import { describe, expect, it } from "vitest";
import * as nn from "@x/nn";
import { add, mul, noGrad, sum, tensor, type Tensor } from "@x/tensor";

const start: Readonly<Record<string, number[] | number[][]>> = {
  a: [
    [1, -2, 0.5],
    [0.25, 3, -1],
  ],
  b: [
    [1, -2, 0.5],
    [0.25, 3, -1],
  ],
  c: [
    [-0.5, 2, 1.5],
    [0.75, -3, 1],
  ],
  d: [1, -2, 0.5, 0.25],
};
/** Which updates each has a gradient in. */
const takes: Readonly<Record<string, readonly number[]>> = {
  a: [1, 1, 1, 1, 1, 1],
  b: [0, 0, 0, 1, 1, 1],
  c: [0, 1, 0, 1, 0, 1],
  d: [1, 0, 0, 1, 0, 1],
};
const names = Object.keys(start);
const steps = 6;
const gradient = (name: string, step: number): number[] =>
  start[name]!.flat().map((value) => Math.cos(value * (step + 1)));

const decayed = { lr: 0.1, weightDecay: 0.5 };
const eight = { ...decayed, moments: "8bit" } as const;
const optimizers: Readonly<Record<string, () => nn.Optimizer>> = {
  adamw: () => nn.adamw(decayed),
  sgd: () => nn.sgd({ ...decayed, momentum: 0.9, dampening: 0.5 }),
  adafactor: () => nn.adafactor(decayed),
  "adamw, 8 bits": () => nn.adamw(eight),
  lion: () => nn.lion(decayed),
  groups: () =>
    nn.groups([
      { match: /a|b/, optimizer: nn.chain(nn.clipByValue(0.9), nn.muon(decayed)) },
      { match: /c/, optimizer: nn.adamw(decayed) },
      { optimizer: nn.adafactor(decayed) },
    ]),
  chain: () => nn.chain(nn.clipByValue(0.9), nn.adamw(decayed), nn.emaOfWeights(0.9)),
};

/** What `torch` 2.13 has after these updates, in f64. */
const torch: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  adamw: {
    a: [0.7887783, -1.277032, 0.1480208, -0.3163113, 2.322401, -0.6814055],
    b: [0.9417801, -1.543375, 0.7069473, -0.0490397, 2.449635, -0.7729699],
    c: [-0.4775517, 1.872585, 1.405634, 0.6837096, -2.855225, 1.039165],
    d: [0.741052, -1.565088, 0.3410449, -0.04522198],
  },
  sgd: {
    a: [0.5208811, -0.7930373, -0.03754382, -0.6477846, 1.764972, -0.4598696],
    b: [0.8937106, -1.52016, 0.6321271, 0.02491478, 2.209516, -0.7009769],
    c: [-0.4514813, 1.737104, 1.410501, 0.6828572, -2.755303, 0.9194627],
    d: [0.6692915, -1.514391, 0.2576426, -0.1082854],
  },
  adafactor: {
    a: [0.7866551, -1.352401, 0.4612583, -0.3230976, 2.217493, -0.6686387],
    b: [0.777621, -1.63989, 0.9066001, -0.01105661, 2.427008, -0.9520855],
    c: [-0.2773994, 1.678877, 1.426322, 0.9069188, -3.109905, 0.887765],
    d: [0.7504125, -1.685343, 0.489164, 0.03155535],
  },
};

class Net extends nn.Module {
  static readonly fieldsOnly = true;
  readonly parts: nn.Parameter[];

  /** @param repeated how often each value is there: parameters of 4096 elements have moments in 8 bits */
  constructor(of: readonly string[], repeated = 1) {
    super();
    this.parts = of.map((path) => {
      const data = new Array<number[]>(repeated).fill(start[path]!.flat()).flat();
      const value = tensor(data, { shape: repeated > 1 ? [data.length] : tensor(start[path]!).shape });
      return new nn.Parameter({ path, role: "projection", shape: value.shape, decay: true, layers: 1 }, value);
    });
  }
}

interface Step {
  readonly reached: readonly string[];
  readonly grads: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>;
}
const stepOf = (model: Net, step: number, taken = takes): Step => ({
  reached: names.filter((name) => taken[name]?.[step]),
  grads: Object.fromEntries(
    model.parts.map(({ path, shape, size }) => {
      const once = gradient(path, step);
      return [path, { data: Float32Array.from({ length: size }, (_, i) => once[i % once.length]!), shape }];
    }),
  ),
});

type Ways = Readonly<Record<string, (model: Net, optimizer: nn.Optimizer) => Promise<void>>>;
const trained =
  (options: nn.TrainerOptions, resume = false) =>
  async (model: Net, optimizer: nn.Optimizer): Promise<void> => {
    const loss = ({ reached, grads }: Step): Tensor =>
      model.parts
        .map(({ path, value }) => {
          const term = (): Tensor => sum(mul(value, grads[path] as unknown as Tensor));
          return reached.includes(path) ? term() : noGrad(term);
        })
        .reduce(add);
    let now = 0;
    const stamp = options.stamp && ((): number => [0, 1, 0, 2, 0, 2][now]!);
    const fit = (): nn.Trainer<Step> =>
      nn.trainer<Step>(model, optimizer, loss as never, { ...options, ...(stamp && { stamp }) });
    let current = fit();
    for (; now < steps; now++) {
      await current.step(stepOf(model, now));
      if (!resume) continue;
      const file = await current.serialize();
      current.dispose();
      current = fit();
      current.restore(file);
    }
    current.dispose();
  };
const ways: Ways = {
  recorded: trained({}),
  "not recorded": trained({ capture: false }),
  stamped: trained({ stamp: () => 0 }),
  "a dynamic scale": trained({ lossScale: "dynamic" }),
  "resumed at every step": trained({}, true),
  "by hand": (model, optimizer) => byHand(model, optimizer, takes),
};

async function byHand(model: Net, optimizer: nn.Optimizer, taken: typeof takes): Promise<void> {
  const state = optimizer.init(model.parts);
  for (let step = 0; step < steps; step++) {
    const { reached, grads } = stepOf(model, step, taken);
    if (reached.length === 0) continue; // no update at all
    const given = model.parts.map(({ path }) =>
      reached.includes(path) ? tensor(grads[path]!.data, { shape: grads[path]!.shape }) : undefined,
    );
    nn.applyUpdate(optimizer, model.parts, given, state);
  }
}

const valuesOf = (model: Net): Promise<number[][]> =>
  Promise.all(model.parts.map(async ({ value }) => [...(await value.data())]));

describe.each(Object.keys(optimizers))("%s", (name) => {
  const repeated = name.includes("8") ? 1100 : 1;

  it.each(Object.keys(ways))("updates a parameter as if it were alone, %s", async (way) => {
    const model = new Net(names, repeated);
    await ways[way]!(model, optimizers[name]!());
    const got = await valuesOf(model);
    for (const [i, path] of names.entries()) {
      const alone = new Net([path], repeated);
      const group = name === "groups" ? [/a|b/, /c/, /d/].findIndex((match) => match.test(path)) : -1;
      const own = [
        () => nn.chain(nn.clipByValue(0.9), nn.muon(decayed)),
        () => nn.adamw(decayed),
        () => nn.adafactor(decayed),
      ];
      await byHand(alone, (own[group] ?? optimizers[name]!)(), { [path]: takes[path]! });
      const [want] = await valuesOf(alone);
      expect(got[i], path).toEqual(want);
    }
  });

  if (torch[name])
    it("agrees with PyTorch", async () => {
      const model = new Net(names);
      await byHand(model, optimizers[name]!(), takes);
      for (const [i, values] of (await valuesOf(model)).entries())
        for (const [j, value] of values.entries())
          expect(value, `${names[i]} ${j}`).toBeCloseTo(torch[name]![names[i]!]![j]!, 5);
    });
});

it("a state of another model's counts is refused, and its step stays", async () => {
  const model = new Net(names);
  const loss = (): Tensor => sum(model.parts[0]!.value);
  using fit = nn.trainer<Step>(model, nn.sgd({ lr: 1 }), loss as never);
  await fit.step({ reached: [], grads: {} });
  expect(fit.state.missed).toEqual({ b: 1, c: 1, d: 1 });
  const file = await fit.serialize();
  using other = nn.trainer<Step>(new Net(["a", "b"]), nn.sgd({ lr: 1 }), loss as never);
  expect(() => other.restore(file)).toThrow(
    /^trainer: the state must hold how many of 1 updates parameters of this model missed; got/,
  );
  expect(other.state).toEqual({ step: 0, tensors: {} });
});
