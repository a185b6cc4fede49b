// A constructor that throws halfway leaves no memory behind: nobody holds what it had made.
import { Mamba2LM, mamba2Config } from "@x/mamba2";
import {
  Builder,
  CausalConv1d,
  MLP,
  type InitHook,
  LayerNorm,
  Linear,
  type Module,
  Parameter,
  QuantizedLinear,
  zerosInit,
} from "@x/nn";
import { createCpuDevice, type Device, ones, webgpuDevice } from "@x/tensor";
import { sharedGpu } from "@x/testing/shared-gpu";
import { describe, expect, it } from "vitest";

const config = mamba2Config({
  dModel: 64,
  nLayer: 2,
  vocabSize: 32,
  dState: 8,
  headDim: 32,
  chunkSize: 8,
  padVocabSizeMultiple: 8,
  dIntermediate: 64,
  rmsNorm: false,
  tieEmbeddings: false,
});
const stop = new Error("no more parameters");

/** A hook that throws at the n-th parameter. */
function failingAt(n: number): { readonly init: InitHook; asked(): number } {
  let asked = 0;
  return {
    asked: () => asked,
    init(_info, standard) {
      if (asked++ === n) throw stop;
      return standard;
    },
  };
}

const makers: Readonly<Record<string, (builder: Builder) => Module>> = {
  CausalConv1d: (builder) => new CausalConv1d(4, 3, { builder }),
  MLP: (builder) => new MLP(64, 64, { builder }),
  LayerNorm: (builder) => new LayerNorm(4, { builder }),
  Linear: (builder) => new Linear(4, 4, { builder }),
  QuantizedLinear: (builder) => new QuantizedLinear(64, 4, { builder }),
};

const devices: readonly (readonly [string, Device])[] = [
  ["cpu", createCpuDevice()],
  ["webgpu", await webgpuDevice({ device: await sharedGpu() })],
];

describe.each(devices)("on %s", (_, device) => {
  for (const [name, maker] of Object.entries(makers)) {
    it(`${name} that fails at its last parameter`, () => {
      const counting = failingAt(Infinity);
      const whole = maker(new Builder({ device, init: counting.init, quantize: { bits: 8 } }));
      whole.dispose();
      expect(counting.asked()).toBeGreaterThan(1);
      const before = device.memory.usedBytes;
      expect(() =>
        maker(new Builder({ device, init: failingAt(counting.asked() - 1).init, quantize: { bits: 8 } })),
      ).toThrow(stop);
      expect(device.memory.usedBytes).toBe(before);
    });
  }

  for (const quantize of [undefined, { bits: 8 }] as const) {
    it(`a model${quantize ? " of integers" : ""} that fails at any of its parameters`, () => {
      const options = { device, ...(quantize && { quantize }) };
      const counting = failingAt(Infinity);
      new Mamba2LM(config, { ...options, init: counting.init }).dispose();
      expect(counting.asked()).toBeGreaterThan(20);
      const before = device.memory.usedBytes;
      for (let n = 0; n < counting.asked(); n++) {
        expect(() => new Mamba2LM(config, { ...options, init: failingAt(n).init })).toThrow(stop);
        expect(device.memory.usedBytes, `failing at ${n}`).toBe(before);
      }
      // and afterwards all is as before: a whole model is kept
      const model = new Mamba2LM(config, options);
      expect(model.parameters().every(({ value }) => !value.disposed)).toBe(true);
      model.dispose();
      expect(device.memory.usedBytes).toBe(before);
    });
  }

  it("a parameter that refuses its value, and an initializer that gives too few", () => {
    const before = device.memory.usedBytes;
    expect(() =>
      new Builder({ device }).parameter("w", { role: "bias", shape: [3], init: () => new Float32Array(2) }),
    ).toThrow();
    expect(() =>
      new Builder({ device }).parameter("w", { role: "bias", shape: [3], init: (() => [1, 2, 3]) as never }),
    ).toThrow(/w: its initializer must return a Float32Array/);
    expect(device.memory.usedBytes).toBe(before);
  });

  it("what was made before and beside a constructor that fails is kept", () => {
    const builder = new Builder({ device });
    const beside = new Linear(4, 4, { builder: builder.at("beside") });
    const failing = new Builder({ device, init: failingAt(1).init });
    expect(() => new Linear(4, 4, { builder: failing })).toThrow(stop);
    const own = new Parameter({ path: "p", role: "bias", shape: [2], decay: false, layers: 1 }, ones([2], { device }));
    expect([...beside.parameters(), own].map(({ value }) => value.disposed)).toEqual([false, false, false]);
    beside.dispose();
    own.dispose();
  });

  it("a checkpoint whose tensor cannot be read halfway", async () => {
    const model = new Mamba2LM(config, { init: () => zerosInit });
    const { files } = await model.save();
    model.dispose();
    const before = device.memory.usedBytes;
    let reads = 0;
    const reader = Object.assign(async (name: string) => files.get(name), {
      size: async (name: string) => files.get(name)?.length,
      range: async (name: string, start: number, end: number) => {
        if (++reads === 9) throw stop;
        return files.get(name)!.subarray(start, end);
      },
    });
    await expect(Mamba2LM.load(reader as never, { device })).rejects.toThrow(stop);
    expect(device.memory.usedBytes).toBe(before);
  });
});
