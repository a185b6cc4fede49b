// What changes after a trainer's first step: it is trained on, or refused by name; recorded and not, on every device. The oracle is a loop by hand: eager gradients, and the
// update computed on the host.
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";
import {
  Builder,
  Linear,
  Module,
  mseLoss,
  type OnDevice,
  type Parameter,
  sgd,
  trainer,
  type TrainerOptions,
  watchModule,
} from "@x/nn";
import {
  checkpoint,
  createCpuDevice,
  type Device,
  dropoutMask,
  gradientsOf,
  mul,
  silu,
  slice,
  type Tensor,
  tensor,
  webgpuDevice,
} from "@x/tensor";

const [lr, momentum] = [0.05, 0.9];

class Net extends Module {
  static readonly fieldsOnly = true;
  fc1: Linear;
  fc2: Linear;
  /** flags and numbers that the loss reads */
  recompute = false;
  weight = 1;
  rate = 0;
  stream = 0;
  linear = false;
  bonus: Tensor | undefined;

  constructor(device: Device, seed = 1) {
    super();
    const builder = new Builder({ seed, device });
    this.fc1 = new Linear(2, 8, { builder: builder.at("fc1") });
    this.fc2 = new Linear(8, 1, { builder: builder.at("fc2") });
  }

  loss({ rows }: OnDevice<Rows>): Tensor {
    const x = slice(rows, 1, 0, 2);
    const hidden = (): Tensor => (this.linear ? this.fc1.forward(x) : silu(this.fc1.forward(x)));
    const h = this.recompute
      ? checkpoint(hidden, [x, this.fc1.weight.value, ...(this.fc1.bias ? [this.fc1.bias.value] : [])])
      : hidden();
    const kept =
      this.rate > 0 ? mul(h, dropoutMask(h.shape, this.rate, { seed: 5, stream: this.stream++, device: h.device })) : h;
    const y = this.fc2.forward(kept);
    return mul(mseLoss(this.bonus ? y.add(this.bonus) : y, slice(rows, 1, 2)), this.weight);
  }
}

interface Rows {
  readonly rows: Float32Array;
  readonly shape: readonly number[];
}

function rowsAt(step: number, count = 8): Rows {
  return { rows: Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(7 * step + i * i)), shape: [count, 3] };
}

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.cos(i) / 2);
}

/** The loop by hand: losses, and the velocity of every parameter. */
class ByHand {
  readonly #velocity = new Map<Parameter, Float64Array>();
  readonly #net: Net;

  constructor(net: Net) {
    this.#net = net;
  }

  async step(batch: Rows): Promise<number> {
    const parameters = this.#net.parameters();
    const rows = tensor(batch.rows, { shape: batch.shape, device: parameters[0]!.device });
    const { value, grads } = gradientsOf(
      () => this.#net.loss({ rows, shape: batch.shape }),
      parameters.map((parameter) => parameter.value),
    );
    for (const [i, parameter] of parameters.entries()) {
      const [weights, grad] = [await parameter.value.data(), await grads[i]!.data()];
      const velocity = this.#velocity.get(parameter) ?? new Float64Array(weights.length);
      this.#velocity.set(
        parameter,
        velocity.map((v, j) => momentum * v + grad[j]!),
      );
      parameter.write(Float32Array.from(weights, (w, j) => w - lr * this.#velocity.get(parameter)![j]!));
    }
    return value.item();
  }
}

interface Mutation {
  readonly change: (net: Net, device: Device) => void | Promise<void>;
  /** the batch of the steps after it */
  readonly rows?: number;
}

const followed: Readonly<Record<string, Mutation>> = {
  "a value replaced": {
    change: ({ fc1 }, device) => void (fc1.weight.value = tensor(numbers(16), { shape: [8, 2], device })),
  },
  "every value replaced": {
    change: (net, device) =>
      net
        .parameters()
        .forEach(
          (parameter) => (parameter.value = tensor(numbers(parameter.size), { shape: parameter.shape, device })),
        ),
  },
  "a value replaced twice": {
    change: ({ fc2 }, device) =>
      [1, 2].forEach(
        (times) =>
          (fc2.weight.value = tensor(
            numbers(8).map((x) => x * times),
            { shape: [1, 8], device },
          )),
      ),
  },
  "a value written": { change: ({ fc1 }) => fc1.weight.write(numbers(16)) },
  "values loaded": { change: async (net) => net.loadStateDict(await new Net(createCpuDevice(), 9).stateDict()) },
  "the model moved there and back": {
    change: async (net, device) => void (await (await net.to(createCpuDevice())).to(device)),
  },
  "a number in the loss": { change: (net) => void (net.weight = 100) },
  "a branch taken": { change: (net) => void (net.linear = true) },
  "recomputing switched on": { change: (net) => void (net.recompute = true) },
  "dropout switched on, its stream going on": { change: (net) => void (net.rate = 0.5) },
  "a tensor that the loss reads": { change: (net, device) => void (net.bonus = tensor([3], { device })) },
  "another shape of batch": { change: () => undefined, rows: 5 },
};

/** Steps 0 and 1, the change, steps 2 to 4: their losses and the weights at the end. */
async function run(
  net: Net,
  device: Device,
  { change, rows }: Mutation,
  step: (batch: Rows) => Promise<number>,
): Promise<{ losses: number[]; weights: number[] }> {
  const losses = [await step(rowsAt(0)), await step(rowsAt(1))];
  await change(net, device);
  for (let i = 2; i < 5; i++) losses.push(await step(rowsAt(i, rows)));
  return {
    losses,
    weights: (await Promise.all(net.parameters().map(({ value }) => value.data()))).flatMap((data) => [...data]),
  };
}

function expectClose(got: readonly number[], expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  got.forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected[i]!))));
}

/** How the step runs: op by op, recorded and followed, or recorded and followed only when the model has changed. */
type Mode = "eager" | "captured" | "watched";

function optionsOf(mode: Mode, net: Net): TrainerOptions {
  return { capture: mode !== "eager", ...(mode === "watched" && { stamp: watchModule(net) }) };
}

const places = [
  ["cpu", "captured"],
  ["cpu", "watched"],
  ["cpu", "eager"],
  ["webgpu", "captured"],
  ["webgpu", "watched"],
  ["webgpu", "eager"],
] as const;
let gpu: Promise<Device> | undefined; // compiles its kernels once
const deviceOf = (kind: "cpu" | "webgpu"): Promise<Device> =>
  kind === "cpu"
    ? Promise.resolve(createCpuDevice())
    : (gpu ??= sharedGpu().then((device) => webgpuDevice({ device })));

describe.each(places)("after the first step, on %s, %s", (kind, mode) => {
  it.each(Object.keys(followed))("%s is trained on", async (name) => {
    const own = await deviceOf(kind);
    const [net, twin] = [new Net(own), new Net(createCpuDevice())];
    const byHand = new ByHand(twin);
    using fit = trainer<Rows>(net, sgd({ lr, momentum }), (batch) => net.loss(batch), optionsOf(mode, net));
    const got = await run(net, own, followed[name]!, async (batch) => (await fit.step(batch)).loss);
    const expected = await run(twin, twin.parameters()[0]!.device, followed[name]!, (batch) => byHand.step(batch));
    expectClose(got.losses, expected.losses);
    expectClose(got.weights, expected.weights);
    expect(fit.state.step).toBe(5);
  });

  const refused: Readonly<Record<string, readonly [Mutation["change"], RegExp]>> = {
    "a value disposed of": [
      ({ fc1 }) => fc1.weight.value.dispose(),
      /^trainer: the parameters must live; the value of fc1\.weight was disposed of\.$/,
    ],
    "a parameter disposed of": [({ fc2 }) => fc2.weight.dispose(), /the value of fc2\.weight was disposed of/],
    "the model disposed of": [(net) => net.dispose(), /the value of fc1\.weight was disposed of/],
    "the model moved": [
      async (net) => void (await net.to(createCpuDevice())),
      /^trainer: the parameters must lie on .+, where the optimizer's state is; fc1\.weight lies on .+\. Make a new trainer, or move the model back with to\(device\)\.$/,
    ],
    "one parameter moved": [({ fc2 }) => fc2.weight.to(createCpuDevice()), /fc2\.weight lies on/],
    "a module added": [
      (net, device) =>
        void Object.assign(net, { fc3: new Linear(1, 1, { bias: false, builder: new Builder({ device }).at("fc3") }) }),
      /^trainer: the model must have the 4 parameters that the optimizer's state is of; since then it got fc3\.weight\. Make a new trainer\.$/,
    ],
    "a module removed": [
      (net) => void delete (net as Partial<Net>).fc2,
      /since then it lost fc2\.weight, fc2\.bias\. Make a new trainer/,
    ],
    "a module replaced": [
      (net, device) => void (net.fc2 = new Linear(8, 1, { builder: new Builder({ seed: 2, device }).at("fc2") })),
      /since then it lost fc2\.weight, fc2\.bias and got fc2\.weight, fc2\.bias\. Make a new trainer/,
    ],
  };

  it.each(Object.keys(refused))("%s is refused", async (name) => {
    const [change, sentence] = refused[name]!;
    const net = new Net(await deviceOf(kind));
    const device = net.parameters()[0]!.device;
    using fit = trainer<Rows>(net, sgd({ lr, momentum }), (batch) => net.loss(batch), optionsOf(mode, net));
    await fit.step(rowsAt(0));
    await change(net, device);
    await expect(fit.step(rowsAt(1))).rejects.toThrow(sentence);
    expect(fit.state.step).toBe(1);
  });

  it("a trainer disposed of, and a loss that is not finite, are refused", async () => {
    const net = new Net(await deviceOf(kind));
    const fit = trainer<Rows>(net, sgd({ lr, momentum }), (batch) => net.loss(batch), optionsOf(mode, net));
    await fit.step(rowsAt(0));
    net.weight = Infinity;
    await expect(fit.step(rowsAt(1))).rejects.toThrow(
      /^trainer: the loss must stay finite; it was (NaN|Infinity) at step 2, whose update the parameters have taken\./,
    );
    fit.dispose();
    await expect(fit.step(rowsAt(2))).rejects.toThrow("trainer: must not be used after dispose(). Make a new trainer.");
  });

  it.runIf(mode !== "eager")("runs the loss again only where something changed, if it is watched", async () => {
    const net = new Net(await deviceOf(kind));
    let calls = 0;
    const loss = (batch: OnDevice<Rows>): Tensor => (calls++, net.loss(batch));
    using fit = trainer<Rows>(net, sgd({ lr, momentum }), loss, optionsOf(mode, net));
    for (let i = 0; i < 4; i++) await fit.step(rowsAt(i));
    expect(calls).toBe(mode === "watched" ? 1 : 4);
    net.weight = 2;
    await fit.step(rowsAt(4));
    expect(calls).toBe(mode === "watched" ? 2 : 5);
  });

  it("an asynchronous loss is refused", async () => {
    const net = new Net(await deviceOf(kind));
    using fit = trainer<Rows>(
      net,
      sgd({ lr }),
      ((batch: OnDevice<Rows>) => Promise.resolve(net.loss(batch))) as unknown as (batch: OnDevice<Rows>) => Tensor,
      optionsOf(mode, net),
    );
    await expect(fit.step(rowsAt(0))).rejects.toThrow(/must be synchronous/);
  });
});
