// Optimizers, schedules and clipping on the CPU: against the textbook loops, eager and captured, and resumed from a copy of the state.
import { capture, gradientsOf, sum, square, tensor, type Tensor, tidy } from "@x/tensor";
import { describe, expect, it } from "vitest";
import {
  adamw,
  applyUpdate,
  chain,
  clipByGlobalNorm,
  constantSchedule,
  linearSchedule,
  type Optimizer,
  type OptimizerState,
  sgd,
  type Trainable,
  warmupCosine,
  warmupLinear,
  warmupStableDecay,
} from "../src/index.ts";

const start = [
  [1, -2, 0.5],
  [3, 0.25],
];
const pulls = [
  [0.5, -0.1, 2],
  [-1, 4],
];

function parameters(): Trainable[] {
  return start.map((values, i) => ({ path: `p${i}`, decay: i === 0, value: tensor(values) }));
}

/** Gradient of update `step`: something that changes. */
function gradientsAt(step: number): Tensor[] {
  return pulls.map((values) => tensor(values.map((value) => value * (1 + 0.5 * step))));
}

async function values(of: readonly Trainable[]): Promise<number[][]> {
  return Promise.all(of.map(async ({ value }) => [...(await value.data())]));
}

function expectClose(got: number[][], want: number[][], tolerance = 1e-6): void {
  got.forEach((row, i) =>
    row.forEach((x, j) =>
      expect(Math.abs(x - want[i]![j]!), `${i},${j}: ${x} against ${want[i]![j]}`).toBeLessThan(tolerance),
    ),
  );
}

describe("adamw", () => {
  it("follows the textbook loop, decaying only what decays", async () => {
    const [lr, b1, b2, eps, decay] = [0.1, 0.9, 0.99, 1e-8, 0.1];
    const params = parameters();
    const optimizer = adamw({ lr: (step) => lr / (step + 1), betas: [b1, b2], eps, weightDecay: decay });
    const state = optimizer.init(params);
    const want = start.map((row) => [...row]);
    const m = start.map((row) => row.map(() => 0));
    const v = start.map((row) => row.map(() => 0));
    for (let step = 0; step < 4; step++) {
      applyUpdate(optimizer, params, gradientsAt(step), state);
      const rate = lr / (step + 1);
      pulls.forEach((row, i) =>
        row.forEach((pull, j) => {
          const g = pull * (1 + 0.5 * step);
          m[i]![j] = b1 * m[i]![j]! + (1 - b1) * g;
          v[i]![j] = b2 * v[i]![j]! + (1 - b2) * g * g;
          const move = m[i]![j]! / (1 - b1 ** (step + 1)) / (Math.sqrt(v[i]![j]! / (1 - b2 ** (step + 1))) + eps);
          want[i]![j] = want[i]![j]! * (i === 0 ? 1 - rate * decay : 1) - rate * move;
        }),
      );
    }
    expect(state.step).toBe(4);
    expectClose(await values(params), want);
  });

  it("moves by exactly lr at the first update, whatever beta2", async () => {
    const params = [{ path: "w", decay: false, value: tensor([1, 1, 1]) }];
    const optimizer = adamw({ lr: 0.5, betas: [0.9, 0.999], eps: 0 });
    applyUpdate(optimizer, params, [tensor([1e-3, 4, -100])], optimizer.init(params));
    expectClose(await values(params), [[0.5, 0.5, 1.5]], 3e-7);
  });

  it("is the same captured, with one plan for all steps", async () => {
    const optimizer = chain(
      clipByGlobalNorm(1),
      adamw({ lr: warmupCosine({ peak: 0.1, warmup: 2, steps: 6 }), weightDecay: 0.1 }),
    );
    const [eager, captured] = [parameters(), parameters()];
    const [eagerState, state] = [optimizer.init(eager), optimizer.init(captured)];
    const step = capture((grads: Tensor[], hyper: Tensor) =>
      optimizer.update({ parameters: captured, grads, state, hyper }),
    );
    for (let i = 0; i < 5; i++) {
      const { norm } = applyUpdate(optimizer, eager, gradientsAt(i), eagerState);
      const replayed = step(gradientsAt(i), tensor(optimizer.hyper(state.step)));
      state.step++;
      expect(await replayed.norm!.item()).toBe(await norm!.item());
      expect(await values(captured)).toEqual(await values(eager));
    }
    expect(step.plans).toBe(1);
  });

  it("resumes bit-equal from a copy of parameters and state", async () => {
    const optimizer = adamw({ lr: linearSchedule(0.1, 0, 10) });
    const params = parameters();
    const state = optimizer.init(params);
    for (let i = 0; i < 3; i++) applyUpdate(optimizer, params, gradientsAt(i), state);
    const copies = await Promise.all(
      params.map(async (p) => ({ ...p, value: tensor((await p.value.data()).slice()) })),
    );
    const entries = await Promise.all(
      Object.entries(state.tensors).map(
        async ([name, t]) => [name, tensor((await t.data()).slice(), { shape: t.shape })] as const,
      ),
    );
    const resumed: OptimizerState = { step: state.step, tensors: Object.fromEntries(entries) };
    for (let i = 3; i < 6; i++) {
      applyUpdate(optimizer, params, gradientsAt(i), state);
      applyUpdate(optimizer, copies, gradientsAt(i), resumed);
    }
    expect(await values(copies)).toEqual(await values(params));
  });
});

describe("sgd", () => {
  /** What `torch.optim.SGD` does. */
  const textbook = (momentum: number, nesterov: boolean, decay: number, dampening: number): number[][] => {
    const want = start.map((row) => [...row]);
    const velocity = start.map((row) => row.map(() => 0));
    for (let step = 0; step < 3; step++) {
      pulls.forEach((row, i) =>
        row.forEach((pull, j) => {
          const g = pull * (1 + 0.5 * step) + (i === 0 ? decay * want[i]![j]! : 0);
          velocity[i]![j] = step === 0 ? g : momentum * velocity[i]![j]! + (1 - dampening) * g;
          want[i]![j]! -= 0.1 * (nesterov ? g + momentum * velocity[i]![j]! : velocity[i]![j]!);
        }),
      );
    }
    return want;
  };
  it.each([
    [0, false, 0, 0],
    [0.9, false, 0.1, 0],
    [0.9, true, 0.1, 0],
    [0.9, false, 0.1, 0.4],
    [0.5, false, 0, 1],
  ])("momentum %s, nesterov %s, decay %s, dampening %s", async (momentum, nesterov, weightDecay, dampening) => {
    const params = parameters();
    const optimizer = sgd({ lr: 0.1, momentum, nesterov, weightDecay, dampening });
    const state = optimizer.init(params);
    expect(Object.keys(state.tensors)).toHaveLength(momentum > 0 ? 2 : 0);
    for (let step = 0; step < 3; step++) applyUpdate(optimizer, params, gradientsAt(step), state);
    expectClose(await values(params), textbook(momentum, nesterov, weightDecay, dampening));
  });

  it("finds the minimum of a parabola", async () => {
    const params = [{ path: "w", decay: true, value: tensor([5, -3]) }];
    const optimizer = sgd({ lr: 0.2, momentum: 0.5 });
    const state = optimizer.init(params);
    for (let i = 0; i < 60; i++) {
      tidy(() => {
        const { grads } = gradientsOf(() => sum(square(params[0]!.value)), [params[0]!.value]);
        applyUpdate(optimizer, params, grads, state);
      });
    }
    expectClose(await values(params), [[0, 0]], 1e-5);
  });
});

describe("clipByGlobalNorm", () => {
  const norm = Math.hypot(...pulls.flat());
  it.each([
    [1, 1 / (norm + 1e-6)],
    [100, 1],
  ])("maxNorm %s", async (maxNorm, factor) => {
    const flow = clipByGlobalNorm(maxNorm).transform({ grads: gradientsAt(0) });
    expect(await flow.norm!.item()).toBeCloseTo(norm, 5);
    expect(await flow.scale!.item()).toBeCloseTo(factor, 6);
  });

  it("composes: the second clip sees the first one's scale", async () => {
    const optimizer = chain(clipByGlobalNorm(1), clipByGlobalNorm(0.5), sgd({ lr: 1 }));
    const params = parameters();
    const state = optimizer.init(params);
    const { norm: last } = applyUpdate(optimizer, params, gradientsAt(0), state);
    expect(await last!.item()).toBeCloseTo(1, 5);
    expectClose(
      await values(params),
      start.map((row, i) => row.map((x, j) => x - (0.5 * pulls[i]![j]!) / norm)),
      1e-5,
    );
  });
});

describe("schedules", () => {
  it("are pure functions of the step", () => {
    expect([0, 7].map(constantSchedule(0.3))).toEqual([0.3, 0.3]);
    expect([0, 5, 10, 99].map(linearSchedule(1, 0, 10))).toEqual([1, 0.5, 0, 0]);
    const lr = warmupCosine({ peak: 1, warmup: 4, steps: 14, end: 0.1 });
    [0.2, 0.4, 0.6, 0.8, 1].forEach((want, step) => expect(lr(step)).toBeCloseTo(want, 12));
    expect(lr(9)).toBeCloseTo(0.55, 12);
    expect(lr(14)).toBe(0.1);
    expect(lr(1000)).toBe(0.1);
    const line = warmupLinear({ peak: 1, warmup: 1, steps: 5, end: 0.2 });
    [0.5, 1, 0.8, 0.6, 0.4, 0.2, 0.2].forEach((want, step) => expect(line(step)).toBeCloseTo(want, 12));
    const stable = { peak: 1, warmup: 1, steps: 10, decay: 4, end: 0.2 };
    [0.5, 1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2].forEach((want, step) =>
      expect(warmupStableDecay(stable)(step)).toBeCloseTo(want, 12),
    );
    const root = warmupStableDecay({ ...stable, shape: "sqrt" });
    [1, 0.6, 1 - 0.8 * Math.SQRT1_2].forEach((want, i) => expect(root(6 + i)).toBeCloseTo(want, 12));
    expect([0, 1, 9, 10].map(warmupStableDecay({ peak: 1, warmup: 1, steps: 10, decay: 0 }))).toEqual([0.5, 1, 1, 0]);
    expect(() => warmupStableDecay({ ...stable, decay: 10 })).toThrow(
      "decay must be at most steps − warmup, 9; got 10",
    );
  });
});

describe("errors say what must hold", () => {
  const wrong: readonly (readonly [string, () => unknown, string])[] = [
    ["beta", () => adamw({ lr: 1, betas: [0.9, 1] }), "betas must be numbers of at least 0 and below 1; got 1"],
    ["decay", () => adamw({ lr: 1, weightDecay: -1 }), "weightDecay must be a finite number of at least 0; got -1"],
    ["nesterov", () => sgd({ lr: 1, nesterov: true }), "nesterov must come with a momentum"],
    [
      "dampening",
      () => sgd({ lr: 1, dampening: 0.5 }),
      "dampening must come with a momentum above 0 and without nesterov",
    ],
    ["dampening", () => sgd({ lr: 1, momentum: 0.5, dampening: 0.5, nesterov: true }), "and without nesterov"],
    ["maxNorm", () => clipByGlobalNorm(0), "maxNorm must be a number above 0; got 0"],
    [
      "order",
      () => chain(...([adamw({ lr: 1 }), clipByGlobalNorm(1)] as unknown as [Optimizer])),
      "gradient transforms followed by one optimizer",
    ],
    [
      "count",
      () => applyUpdate(adamw({ lr: 1 }), parameters(), [], { step: 0, tensors: {} }),
      "one gradient per parameter, 2; got 0",
    ],
    [
      "state",
      () => applyUpdate(adamw({ lr: 1 }), parameters(), gradientsAt(0), { step: 0, tensors: {} }),
      'state must hold "m.p0"',
    ],
    ["paths", () => adamw({ lr: 1 }).init([...parameters(), ...parameters()]), "a path of its own"],
    [
      "warmup",
      () => warmupCosine({ peak: 1, steps: 1, warmup: -1 }),
      "warmup must be a finite number of at least 0; got -1",
    ],
  ];
  it.each(wrong)("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });
});
