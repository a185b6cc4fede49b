// Lion, Muon, Adafactor, groups and averages on the CPU: against plain loops in doubles, eager and captured, and from a copied state.
import { assign, capture, tensor, type Tensor, zerosInArena } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  adafactor,
  adamw,
  applyUpdate,
  chain,
  clipByGlobalNorm,
  clipByValue,
  emaOfWeights,
  groups,
  lion,
  muon,
  type Optimizer,
  type OptimizerState,
  sgd,
  swapAverages,
  type Trainable,
} from "../src/index.ts";
import { adafactorOracle, lionOracle, muonOracle, type Oracle } from "./optimizer-oracles.ts";

const shapes: readonly (readonly number[])[] = [[3, 5], [5, 3], [2, 3, 4], [7], [3]];

function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from(
    { length: count },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2147483648 - 1,
  ).map(Math.fround);
}
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const parameters = (of = shapes): Trainable[] =>
  of.map((shape, i) => ({
    path: `p${i}`,
    decay: i % 2 === 0,
    value: tensor(Float32Array.from(numbers(sizeOf(shape), i + 1)), { shape }),
  }));
const gradientsAt = (step: number, of = shapes): Tensor[] =>
  of.map((shape, i) => tensor(Float32Array.from(numbers(sizeOf(shape), 100 * step + i + 50)), { shape }));
const values = async (of: readonly Trainable[]): Promise<number[][]> =>
  Promise.all(of.map(async ({ value }) => [...(await value.data())]));

it("takes a norm that is known, once, instead of measuring it", async () => {
  const grads = [tensor([3, 4])];
  const [known, clip] = [tensor(10), clipByGlobalNorm(1)];
  expect(clip.transform({ grads, known }).norm).toBe(known);
  // The norm that is known is no longer that of the gradients which the second one gets.
  const parameters = [{ path: "p", decay: false, value: tensor([0, 0]) }];
  const optimizer = chain(clipByValue(1), clip, sgd({ lr: 1 }));
  const state = optimizer.init(parameters);
  const { norm } = optimizer.update({ parameters, grads, known, state, hyper: tensor(optimizer.hyper(0)) });
  expect(await norm!.item()).toBeCloseTo(Math.SQRT2, 6);
});

const matrices = shapes.slice(0, 2);
const cases: readonly (readonly [string, Optimizer, Oracle, readonly (readonly number[])[]])[] = [
  ["lion", lion({ lr: 0.01 }), lionOracle(0.01, 0.9, 0.99, 0), shapes],
  [
    "lion, betas and decay",
    lion({ lr: (step) => 0.1 / (step + 1), betas: [0.8, 0.7], weightDecay: 0.3 }),
    (state, at) => lionOracle(0.1 / (at.step + 1), 0.8, 0.7, 0.3)(state, at),
    shapes,
  ],
  ["muon", muon({ lr: 0.1 }), muonOracle({ lr: 0.1 }), matrices],
  [
    "muon as AdamW, no look-ahead",
    muon({ lr: 0.1, nesterov: false, momentum: 0.5, weightDecay: 0, steps: 3, adjustLr: "match-rms-adamw" }),
    muonOracle({ lr: 0.1, nesterov: false, momentum: 0.5, weightDecay: 0, steps: 3, matchRms: true }),
    matrices,
  ],
  ["adafactor", adafactor(), adafactorOracle({}), shapes],
  [
    "adafactor, other options",
    adafactor({ lr: 0.5, beta2Decay: -0.5, eps: [1e-3, 0.1], clipThreshold: 0.5, weightDecay: 0.1 }),
    adafactorOracle({ lr: 0.5, beta2Decay: -0.5, eps: [1e-3, 0.1], clipThreshold: 0.5, weightDecay: 0.1 }),
    shapes,
  ],
];

describe.each(cases)("%s", (_, optimizer, oracle, of) => {
  it("follows the formula in doubles", async () => {
    const params = parameters(of);
    const state = optimizer.init(params);
    const want = (await values(params)).map((param) => ({ param, kept: {} }));
    for (let step = 0; step < 5; step++) {
      const grads = gradientsAt(step, of);
      const plain = await Promise.all(grads.map(async (grad) => [...(await grad.data())]));
      applyUpdate(optimizer, params, grads, state);
      want.forEach((one, i) => oracle(one, { grad: plain[i]!, shape: of[i]!, step, decay: params[i]!.decay }));
    }
    const got = await values(params);
    got.forEach((row, i) =>
      row.forEach((value, j) => expect(Math.abs(value - want[i]!.param[j]!), `${i},${j}`).toBeLessThan(2e-6)),
    );
  });

  it("is the same captured with one plan, scaled and clipped, and goes on from a copied state bit for bit", async () => {
    const whole = chain(clipByValue(0.9), clipByGlobalNorm(0.5), optimizer, emaOfWeights(0.9));
    const [eager, captured] = [parameters(of), parameters(of)];
    const [eagerState, state] = [whole.init(eager), whole.init(captured)];
    const places = zerosInArena(captured.map(({ value }) => value));
    const step = capture((grads: Tensor[], hyper: Tensor) => {
      places.forEach((place, i) => assign(place, grads[i]!));
      whole.update({ parameters: captured, grads: places, state, hyper });
    });
    for (let i = 0; i < 4; i++) {
      applyUpdate(whole, eager, gradientsAt(i, of), eagerState);
      step(gradientsAt(i, of), tensor(whole.hyper(state.step)));
      state.step++;
      expect(await values(captured)).toEqual(await values(eager));
    }
    expect(step.plans).toBe(1);
    const copies = await Promise.all(
      eager.map(async (one) => ({
        ...one,
        value: tensor((await one.value.data()).slice(), { shape: one.value.shape }),
      })),
    );
    const resumed: OptimizerState = {
      step: 4,
      tensors: Object.fromEntries(
        await Promise.all(
          Object.entries(eagerState.tensors).map(
            async ([name, one]) => [name, tensor((await one.data()).slice(), { shape: one.shape })] as const,
          ),
        ),
      ),
    };
    for (let i = 4; i < 6; i++) {
      applyUpdate(whole, eager, gradientsAt(i, of), eagerState);
      applyUpdate(whole, copies, gradientsAt(i, of), resumed);
    }
    expect(await values(copies)).toEqual(await values(eager));
    for (const [name, one] of Object.entries(eagerState.tensors))
      expect(await resumed.tensors[name]!.data(), name).toEqual(await one.data());
  });
});

describe("groups", () => {
  it("updates each parameter as its own optimizer does, with the decay that the group says", async () => {
    const optimizer = groups([
      { match: ({ value }) => value.shape.length === 2, optimizer: muon({ lr: 0.1 }) },
      { match: /p3/g, optimizer: adamw({ lr: 0.1, weightDecay: 0.5 }), decay: true },
      { optimizer: sgd({ lr: 0.2, momentum: 0.5, weightDecay: 0.1 }), decay: false },
    ]);
    const params = parameters();
    const state = optimizer.init(params);
    const alone = parameters();
    const parts: readonly (readonly [Optimizer, Trainable[], number[]])[] = [
      [muon({ lr: 0.1 }), alone.slice(0, 2), [0, 1]],
      [adamw({ lr: 0.1, weightDecay: 0.5 }), [{ ...alone[3]!, decay: true }], [3]],
      [sgd({ lr: 0.2, momentum: 0.5 }), [alone[2]!, alone[4]!], [2, 4]],
    ];
    const states = parts.map(([part, own]) => part.init(own));
    for (let step = 0; step < 3; step++) {
      applyUpdate(optimizer, params, gradientsAt(step), state);
      parts.forEach(([part, own, indices], i) =>
        applyUpdate(
          part,
          own,
          indices.map((index) => gradientsAt(step)[index]!),
          states[i]!,
        ),
      );
    }
    expect(await values(params)).toEqual(await values(alone));
  });

  it("says what does not fit", () => {
    const plain = sgd({ lr: 1 });
    expect(() => groups([])).toThrow("groups: there must be at least 1 group; got none.");
    expect(() => groups([{ match: "p" as unknown as RegExp, optimizer: plain }])).toThrow(
      'groups[0].match must be a regular expression or a function; got "p"',
    );
    expect(() => groups([{ match: /p0/, optimizer: plain }]).init(parameters())).toThrow("p1 matches none of 1");
    expect(() => groups([{ match: /q/, optimizer: plain }, { optimizer: plain }]).init(parameters())).toThrow(
      "groups[0] matches none of the 5",
    );
    expect(() => muon({ lr: 1 }).init(parameters())).toThrow(
      "muon: every parameter must be a matrix; p2 has shape [2,3,4]",
    );
    expect(() => muon({ lr: 1, adjustLr: "spectral" as "original" })).toThrow('"original" or "match-rms-adamw"');
    expect(() => chain(...([emaOfWeights(0.9)] as unknown as [Optimizer]))).toThrow("followed by one optimizer");
  });
});

it("clipByValue limits scaled gradients and leaves the caller's alone", async () => {
  const params = [{ path: "w", decay: false, value: tensor([0, 0, 0, 0]) }];
  const optimizer = chain(clipByValue(0.5), sgd({ lr: 1 }));
  const grad = tensor([-2, -0.5, 0.25, 3]);
  applyUpdate(optimizer, params, [grad], optimizer.init(params));
  expect(await values(params)).toEqual([[0.5, 0.5, -0.25, -0.5]]);
  expect([...(await grad.data())]).toEqual([-2, -0.5, 0.25, 3]);
  const { grads } = clipByValue(0.5).transform({ grads: [grad], scale: tensor(0.1) });
  const got = [...(await grads[0]!.data())];
  [-0.2, -0.05, 0.025, 0.3].forEach((want, i) => expect(got[i]).toBeCloseTo(want, 6));
});

it("averages follow the weights, and change places with them and back bit for bit", async () => {
  const optimizer = chain(sgd({ lr: 0.1 }), emaOfWeights(0.75));
  const params = parameters();
  const state = optimizer.init(params);
  const want = await values(params);
  for (let step = 0; step < 4; step++) {
    applyUpdate(optimizer, params, gradientsAt(step), state);
    (await values(params)).forEach((row, i) =>
      row.forEach((value, j) => (want[i]![j]! += 0.25 * (value - want[i]![j]!))),
    );
  }
  const trained = await values(params);
  swapAverages(params, state);
  (await values(params)).forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(want[i]![j]!, 6)));
  swapAverages(params, state);
  expect(await values(params)).toEqual(trained);
});
