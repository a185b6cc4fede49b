// A module whose constructor throws leaves no memory behind: tried at every parameter of every exported module, whatever it is that throws.
import { expect, it } from "vitest";
import * as mamba2 from "@x/mamba2";
import * as mamba2Adapters from "@x/mamba2/adapters";
import * as nn from "@x/nn";
import * as nnAdapters from "@x/nn/adapters";
import { createCpuDevice } from "@x/tensor";

const { Builder, Module } = nn;
const config = mamba2.mamba2Config({
  vocabSize: 16,
  dModel: 16,
  nLayer: 2,
  dState: 8,
  headDim: 8,
  chunkSize: 8,
  dIntermediate: 16,
  tieEmbeddings: false,
  rmsNorm: false,
});

const hybrid = mamba2.mamba2Config({
  ...config,
  layers: [["mixer+attention", "mlp"], ["experts"]],
  attention: { heads: 2, bias: true },
  experts: { count: 2, perToken: 1, width: 3 },
});

type Made = InstanceType<typeof Module>;
/** Each exported module with at least one parameter, made by a builder. */
const makers: Readonly<Record<string, (builder: InstanceType<typeof Builder>) => Made>> = {
  Linear: (builder) => new nn.Linear(4, 4, { builder }),
  QuantizedLinear: (builder) => new nn.QuantizedLinear(64, 4, { builder: builder.at("q") }),
  Embedding: (builder) => new nn.Embedding(4, 4, { builder }),
  Conv1d: (builder) => new nn.Conv1d(2, 4, 3, { builder }),
  Conv2d: (builder) => new nn.Conv2d(2, 4, 3, { builder }),
  CausalConv1d: (builder) => new nn.CausalConv1d(4, 3, { builder }),
  MLP: (builder) => new nn.MLP(4, 8, { builder }),
  Attention: (builder) => new nn.Attention(8, { heads: 2, bias: true, outBias: true, dConv: 3, dMlp: 4, builder }),
  Experts: (builder) => new nn.Experts(4, { count: 2, perToken: 1, width: 3, latent: 2, sharedWidth: 2, builder }),
  LayerNorm: (builder) => new nn.LayerNorm(4, { builder }),
  RMSNorm: (builder) => new nn.RMSNorm(4, { builder }),
  RMSNormGated: (builder) => new nn.RMSNormGated(4, { builder }),
  LowRank: (builder) => new nnAdapters.LowRank(4, 6, { rank: 2, magnitude: true, builder }),
  Mamba2Mixer: (builder) => new mamba2.Mamba2Mixer(config, builder),
  Block: (builder) => new mamba2.Block(hybrid, builder),
};

/** Modules that make no parameters, or are made of modules that do. */
const without = [
  "Dropout",
  "Sequential",
  "LinearAdapter",
  "ConvAdapter",
  "EmbeddingAdapter",
  "ExpertsAdapter",
  "Adapter",
];

it("knows every exported module", () => {
  const modules = Object.entries({ ...nn, ...nnAdapters, ...mamba2, ...mamba2Adapters })
    .filter(([, value]) => typeof value === "function" && value.prototype instanceof Module)
    .map(([name]) => name);
  expect(modules.filter((name) => !(name in makers) && ![...without, "Mamba2LM"].includes(name))).toEqual([]);
});

/** Makes with a hook that throws at the parameter `last`; the number of parameters that it was asked about. */
function tried(make: (init: nn.InitHook) => Made, last: number): number {
  let count = 0;
  const init: nn.InitHook = (_, standard) => {
    if (count++ === last) throw new RangeError("enough");
    return standard;
  };
  if (last === Infinity) make(init).dispose();
  else expect(() => make(init)).toThrow("enough");
  return count;
}

it.each([...Object.keys(makers), "Mamba2LM"])("%s", (name) => {
  const device = createCpuDevice();
  const make = (init: nn.InitHook): Made =>
    name === "Mamba2LM"
      ? new mamba2.Mamba2LM(config, { device, init })
      : makers[name]!(new Builder({ device, init, ...(name === "QuantizedLinear" && { quantize: { bits: 8 } }) }));
  const parameters = tried(make, Infinity);
  expect(parameters).toBeGreaterThan(0);
  expect(device.memory.usedBytes).toBe(0);
  for (let last = 0; last < parameters; last++) {
    tried(make, last);
    expect(device.memory.usedBytes, `thrown at parameter ${last}`).toBe(0);
  }
  device.dispose();
});

it("keeps what the same builder made before", () => {
  const device = createCpuDevice();
  let fail = false;
  const builder = new Builder({
    device,
    init: (_, standard) => {
      if (fail) throw new RangeError("enough");
      return standard;
    },
  });
  const first = new nn.Linear(4, 4, { builder: builder.at("first") });
  fail = true;
  expect(() => new nn.Linear(4, 4, { builder: builder.at("second") })).toThrow("enough");
  expect(first.parameters().map(({ value }) => value.disposed)).toEqual([false, false]);
  device.dispose();
});
