// Kernels of the CPU device touch no memory but their own: a tensor at the very beginning of the memory, where an address that was lost points to, keeps its bytes whatever runs,
// and its values, which are huge, reach no result.
import * as nn from "@x/nn";
import * as tensor from "@x/tensor";
import { describe, expect, it } from "vitest";
import { caseInputs, primitivesOf, testedCases } from "../src/index.ts";

const device = tensor.createCpuDevice();
const loops = tensor.createCpuDevice({ wasm: false });
const guard = tensor.full([65536], 1e30, { device });

async function expectUntouched(): Promise<void> {
  expect((await guard.data()).every((value) => value === Math.fround(1e30))).toBe(true);
}

describe.each(Object.entries({ tensor, nn }))("%s", (_, module) => {
  it.each(primitivesOf(module).map((primitive) => [primitive.name, primitive] as const))(
    "%s",
    async (_name, primitive) => {
      for (const one of testedCases(primitive)) {
        const inputs = caseInputs(primitive, one, device);
        const outputs = tensor.apply(primitive, inputs, one.params) as Record<string, tensor.Tensor>;
        for (const made of [...Object.values(outputs), ...Object.values(inputs)]) made.dispose();
      }
      await expectUntouched();
    },
  );
});

const drawn = (on: tensor.Device, seed: number, shape: readonly number[]): tensor.Tensor =>
  tensor.tensor(
    tensor.hostNormal(
      { seed },
      shape.reduce((a, b) => a * b),
    ),
    { shape, device: on },
  );
const ids = (on: tensor.Device, count: number, bound: number): tensor.Tensor =>
  tensor.tensor(
    Int32Array.from({ length: count }, (_, i) => (i * 7919) % bound),
    { device: on },
  );

/** Sums so long that kernels keep beside them what rounding loses. */
const long: Readonly<Record<string, (on: tensor.Device) => tensor.Tensor>> = {
  "products over 4160": (on) => tensor.matmul(drawn(on, 1, [4160, 3]), drawn(on, 2, [4160, 37]), { transposeA: true }),
  "products over 9000, b transposed": (on) =>
    tensor.matmul(drawn(on, 1, [6, 9000]), drawn(on, 2, [35, 9000]), { transposeB: true }),
  "a layer over 5001": (on) =>
    tensor.linear(drawn(on, 1, [7, 5001]), drawn(on, 2, [33, 5001]), drawn(on, 3, [33]), { activation: "silu" }),
  "rows added to two": (on) => tensor.indexAdd(drawn(on, 1, [5000, 37]), 0, ids(on, 5000, 2), 2),
  "rows added to many": (on) => tensor.indexAdd(drawn(on, 1, [5000, 64]), 0, ids(on, 5000, 301), 301),
  "a sum": (on) => tensor.sum(drawn(on, 1, [70_000])),
  "sums of columns": (on) => tensor.sum(drawn(on, 1, [9000, 35]), 0),
  "a running sum": (on) => tensor.cumsum(drawn(on, 1, [20_000]), 0),
};

it.each(Object.entries(long))("%s are those of the loops", async (_, compute) => {
  const [got, want] = [await compute(device).data(), await compute(loops).data()];
  const scale = Math.sqrt([...want].reduce((sum, value) => sum + value ** 2, 0) / want.length);
  for (const [i, value] of want.entries())
    expect(Math.abs(got[i]! - value)).toBeLessThan(1e-5 * scale + 1e-5 * Math.abs(value));
  await expectUntouched();
});

/** Sequences of random bits, of which the last asks whether its bit is that of the first. */
function bits(length: number): nn.TokenBatch {
  const x = Int32Array.from(tensor.hostUniform({ seed: length }, 64 * length), (u) => (u < 0.5 ? 0 : 1));
  const y = new Int32Array(64 * length).fill(nn.IGNORE_INDEX);
  for (let row = 0; row < 64; row++) y[(row + 1) * length - 1] = x[row * length]! ^ x[(row + 1) * length - 1]!;
  return { x, y, shape: [64, length] };
}

it("a model on sequences of many lengths takes the steps of the loops", async () => {
  const losses = async (on: tensor.Device): Promise<number[]> => {
    const { Mamba2LM } = await import("@x/mamba2");
    const model = new Mamba2LM(
      { dModel: 32, nLayer: 1, headDim: 16, dState: 16, vocabSize: 2 },
      { seed: 0, device: on },
    );
    using fit = nn.trainer(model, nn.chain(nn.clipByGlobalNorm(1), nn.adamw({ lr: 1e-3 })), ({ x, y }) =>
      nn.crossEntropy(model.forward(x), y),
    );
    const norms: number[] = [];
    for (const length of [20, 65, 34, 80]) norms.push((await fit.step(bits(length))).gradNorm!);
    return norms;
  };
  const [got, want] = [await losses(device), await losses(loops)];
  for (const [i, norm] of want.entries()) expect(Math.abs(got[i]! / norm - 1)).toBeLessThan(1e-3);
  await expectUntouched();
});
