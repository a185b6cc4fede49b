// Every option of the mixer and the block: decoding equals the forward pass, and gradients equal central differences.
import { describe, expect, it } from "vitest";
import { Mamba2LM, type Mamba2Config } from "@x/mamba2";
import { normalInit, type Parameter } from "@x/nn";
import { gradientsOf, hostNormal, hostUniform, tensor } from "@x/tensor";

const base: Partial<Mamba2Config> = { dModel: 16, nLayer: 2, vocabSize: 23, dState: 8, headDim: 8, chunkSize: 8 };

const variants: readonly [name: string, change: Partial<Mamba2Config>][] = [
  ["defaults", {}],
  ["two groups", { nGroups: 2 }],
  ["a group per head", { nGroups: 4 }],
  ["norm before gate", { normBeforeGate: true }],
  ["norm before gate, two groups", { normBeforeGate: true, nGroups: 2 }],
  ["gate without norm", { gatedNorm: false }],
  ["gate without norm, D per channel", { gatedNorm: false, dHasHeadDim: true }],
  ["D per channel", { dHasHeadDim: true }],
  ["finite dtLimit", { dtLimit: [0.02, 0.05] }],
  ["MLP beside the scan", { dSsm: 16 }],
  ["MLP beside the scan, no norm", { dSsm: 24, gatedNorm: false }],
  ["biases", { bias: true }],
  ["no convolution bias", { convBias: false }],
  ["wide convolution", { dConv: 7 }],
  ["narrow convolution", { dConv: 2 }],
  ["convolution of one token", { dConv: 1 }],
  ["MLP blocks", { dIntermediate: 8 }],
  ["LayerNorm", { rmsNorm: false, dIntermediate: 8 }],
  ["untied head", { tieEmbeddings: false }],
  ["expand 1.5", { expand: 1.5 }],
];

/** Drawn wide, so that no branch of the model is close to nothing. */
function modelOf(change: Partial<Mamba2Config>, dtype: "f32" | "f64" = "f32"): Mamba2LM {
  return new Mamba2LM(
    { ...base, ...change },
    {
      seed: 2,
      dtype,
      init: (parameter, standard) =>
        ["norm", "D", "bias"].includes(parameter.role)
          ? normalInit(1, 0.3)
          : parameter.role === "embedding"
            ? normalInit(0, 1)
            : standard,
    },
  );
}

function idsOf(rows: number, length: number): number[][] {
  const u = hostUniform({ seed: 8 }, rows * length);
  return Array.from({ length: rows }, (_, r) => Array.from({ length }, (_, i) => Math.floor(u[r * length + i]! * 23)));
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>): void {
  const [difference, scale] = [0, 1].map((which) =>
    Math.sqrt(Array.from(want, (w, i) => (which === 0 ? got[i]! - w : w) ** 2).reduce((a, b) => a + b, 0)),
  );
  expect(got.length).toBe(want.length);
  expect(difference! / scale!).toBeLessThan(1e-5);
}

describe.each(variants)("%s", (_, change) => {
  it("prefill, more tokens on a warm state, and steps equal the forward pass", async () => {
    const model = modelOf(change);
    const ids = idsOf(2, 29);
    const width = model.forward(ids).shape[2]!;
    const all = await model.forward(ids).data();
    const at = (position: number): number[] =>
      [0, 1].flatMap((row) => Array.from(all).slice((row * 29 + position) * width, (row * 29 + position + 1) * width));
    const part = (from: number, to: number): number[][] => ids.map((row) => row.slice(from, to));

    let { logits, state } = model.prefill(part(0, 11));
    expectClose(await logits.data(), at(10));
    for (const [from, to] of [
      [11, 12],
      [12, 14],
      [14, 23],
    ] as const) {
      ({ logits, state } = model.prefill(part(from, to), { state })); // shorter and longer than the convolution is wide
      expectClose(await logits.data(), at(to - 1));
    }
    for (let t = 23; t < 29; t++) {
      ({ logits, state } = model.step(
        ids.map((row) => row[t]!),
        state,
      ));
      expectClose(await logits.data(), at(t));
    }
    const steps = model.initialState(2);
    expectClose(
      await model
        .step(
          ids.map((row) => row[0]!),
          steps,
        )
        .logits.data(),
      at(0),
    );
  });

  it("gradients equal central differences in f64", async () => {
    const model = modelOf(change, "f64");
    const ids = idsOf(2, 19);
    const targets = tensor(Int32Array.from(idsOf(2, 20).flatMap((row) => row.slice(1))), { shape: [2, 19] });
    const seqIdx = tensor(
      Int32Array.from({ length: 38 }, (_, i) => (i % 19 < 7 ? 0 : i < 19 ? 1 : 2)),
      { shape: [2, 19] },
    );
    for (const options of [{}, { seqIdx }]) {
      const parameters = model.parameters();
      const { grads } = gradientsOf(
        () => model.loss(ids, targets, options),
        parameters.map(({ value }) => value),
      );
      // every parameter moves along a direction of its own; the slope along all of them together must be the sum of the parts
      const directions = parameters.map((parameter, i) => hostNormal({ seed: 1, stream: i }, parameter.size));
      let slope = 0;
      for (const [i, grad] of grads.entries())
        for (const [j, g] of (await grad!.data()).entries()) slope += g * directions[i]![j]!;
      const values = await Promise.all(parameters.map(async ({ value }) => Float64Array.from(await value.data())));
      const lossAt = async (h: number): Promise<number> => {
        for (const [i, parameter] of parameters.entries())
          moveTo(
            parameter,
            values[i]!.map((v, j) => v + h * directions[i]![j]!),
          );
        return (await model.loss(ids, targets, options)).item();
      };
      const h = 1e-5;
      const measured = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
      await lossAt(0);
      expect(Math.abs(measured - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
    }
  });
});

function moveTo(parameter: Parameter, values: Float64Array): void {
  parameter.value = tensor(values, { shape: parameter.shape });
}
