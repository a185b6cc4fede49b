// Values of parameters: what is written must be numbers as they are held, and no two parameters may hold one tensor where they are updated.
import { describe, expect, it } from "vitest";
import * as nn from "@x/nn";
import { ConfigError, DTypeError, reshape, tensor } from "@x/tensor";

/** Four values each, as something else than a Float32Array. */
const others: Readonly<Record<string, unknown>> = {
  Float64Array: Float64Array.of(1, 2, 3, 4),
  Int32Array: Int32Array.of(1, 2, 3, 4),
  Uint16Array: Uint16Array.of(1, 2, 3, 4),
  Uint8Array: Uint8Array.of(1, 2, 3, 4),
  BigInt64Array: BigInt64Array.of(1n, 2n, 3n, 4n),
  array: [1, 2, 3, 4],
  text: "1234",
  undefined,
};

describe.each(Object.keys(others))("a parameter written with something else: %s", (name) => {
  const data = others[name] as Float32Array;

  it.each(["write", "writePart"] as const)("%s refuses it by name and writes nothing", async (method) => {
    const { weight } = new nn.Linear(2, 2);
    const before = await weight.value.data();
    const write = (): void => (method === "write" ? weight.write(data) : weight.writePart(data, 0));
    expect(write).toThrow(DTypeError);
    expect(write).toThrow("parameter weight: data must be a Float32Array; convert");
    expect(await weight.value.data()).toEqual(before);
  });

  it("loadStateDict refuses it before it writes anything", async () => {
    const layer = new nn.Linear(2, 2);
    const before = await layer.stateDict();
    const state = new Map([
      ["bias", { shape: [2], data: Float32Array.of(7, 7) }],
      ["weight", { shape: [2, 2], data }],
    ]);
    expect(() => layer.loadStateDict(state)).toThrow("state: weight: data must be a Float32Array; convert");
    expect(await layer.stateDict()).toEqual(before);
  });
});

class Two extends nn.Module {
  readonly first: nn.Linear;
  readonly second: nn.Linear;

  constructor() {
    super();
    const builder = new nn.Builder({ seed: 1 });
    this.first = new nn.Linear(2, 2, { bias: false, builder: builder.at("first") });
    this.second = new nn.Linear(2, 2, { bias: false, builder: builder.at("second") });
  }
}

const optimizers: Readonly<Record<string, nn.Optimizer>> = {
  adamw: nn.adamw({ lr: 0.1 }),
  "adamw of 8 bits": nn.adamw({ lr: 0.1, moments: "8bit" }),
  sgd: nn.sgd({ lr: 0.1 }),
  lion: nn.lion({ lr: 0.1 }),
  muon: nn.muon({ lr: 0.1 }),
  adafactor: nn.adafactor({ lr: 0.1 }),
  groups: nn.groups([{ match: /first/, optimizer: nn.sgd({ lr: 0.1 }) }, { optimizer: nn.sgd({ lr: 0.1 }) }]),
  chain: nn.chain(nn.clipByGlobalNorm(1), nn.sgd({ lr: 0.1 }), nn.emaOfWeights(0.5)),
};
const SHARED = "every parameter must hold a tensor of its own; first.weight and second.weight hold one";

describe.each(Object.keys(optimizers))("two parameters that hold one tensor, %s", (name) => {
  const optimizer = optimizers[name]!;

  it("are refused by both names, also as a view", () => {
    const model = new Two();
    model.second.weight.value = model.first.weight.value;
    expect(() => optimizer.init(model.parameters())).toThrow(ConfigError);
    expect(() => optimizer.init(model.parameters())).toThrow(SHARED);
    model.second.weight.swap(reshape(model.first.weight.value, [2, 2]));
    expect(() => optimizer.init(model.parameters())).toThrow(SHARED);
  });

  it("are refused by a trainer that was made before", async () => {
    const model = new Two();
    const fit = nn.trainer<{ x: number[][] }>(model, optimizer, ({ x }) =>
      model.second.forward(model.first.forward(x)).sum(),
    );
    await fit.step({ x: [[1, 1]] });
    model.second.weight.value = model.first.weight.value;
    await expect(fit.step({ x: [[1, 1]] })).rejects.toThrow(`trainer: ${SHARED}`);
  });
});

it("two modules that have one Parameter train it once", async () => {
  const model = new Two();
  Object.assign(model.second, { weight: model.first.weight });
  model.first.weight.value = tensor([
    [1, 0],
    [0, 1],
  ]);
  const fit = nn.trainer<{ x: number[][] }>(model, nn.sgd({ lr: 1 }), ({ x }) =>
    model.second.forward(model.first.forward(x)).sum(),
  );
  await fit.step({ x: [[1, 1]] });
  // y = W(Wx): the sum has the gradient outer(1, Wx) + outer(Wᵀ1, x), all twos.
  expect([...(await model.first.weight.value.data())]).toEqual([-1, -2, -2, -1]);
});
