// Models of every kind of layer and option: parameters as described, a step after a step equals one forward.
import { describe, expect, it } from "vitest";
import { Mamba2LM, mamba2Config, type Mamba2Fields, parameterShapes } from "@x/mamba2";
import { hostUniform } from "@x/tensor";

const base: Mamba2Fields = { dModel: 16, nLayer: 2, vocabSize: 23, dState: 8, headDim: 8, mlp: { multipleOf: 4 } };
const experts = { count: 4, perToken: 2, width: 12 };

const attention = { heads: 4, keyValueHeads: 2, headDim: 6 };
const rotary = { size: 4, theta: 100, interleaved: false };

const kinds: Readonly<Record<string, Mamba2Fields>> = {
  mixers: {},
  "mixers and MLPs in turn": { layers: [["mixer"], ["mlp"], ["mixer", "mlp"]], dIntermediate: 20 },
  "an MLP without a gate": {
    dIntermediate: 20,
    mlp: { multipleOf: 4, gated: false, activation: "relu2", bias: true },
  },
  experts: { layers: [["mixer", "experts"], ["experts"]], experts },
  "experts beside an MLP": {
    layers: [["mixer", "mlp+experts"], ["mixer"]],
    dIntermediate: 8,
    experts: { ...experts, gated: false, activation: "relu2", routing: "sigmoid", sharedWidth: 8, latent: 12 },
  },
  "LayerNorm, biases": { rmsNorm: false, bias: true, outBias: false, dIntermediate: 8 },
  "learnt initial states": { learnableInitialState: true, nGroups: 2 },
  attention: { layers: [["mixer"], ["attention"], ["attention", "mlp"]], attention, dIntermediate: 8 },
  "attention alone": {
    layers: [["attention", "mlp"], ["attention"]],
    attention: { heads: 2, rotary },
    dIntermediate: 8,
  },
  "attention beside a mixer, rotary, biases": {
    layers: [["mixer+attention", "mlp"]],
    attention: { ...attention, rotary, bias: true, outBias: true, scale: 0.3 },
    dIntermediate: 8,
  },
  "attention with a convolution and a gated part": {
    layers: [["attention"], ["mixer", "attention"]],
    attention: { ...attention, rotary: { ...rotary, interleaved: true }, dConv: 3, dMlp: 8 },
  },
  "factors of attention": {
    layers: [["mixer+attention"], ["attention"]],
    attention,
    multipliers: { attentionIn: 1.5, attentionOut: 0.75, key: 0.5, ssmOut: 0.5, residual: 0.5 },
  },
  "factors of attention around biases": {
    layers: [["mixer+attention"], ["attention"]],
    attention: { ...attention, rotary, bias: true, outBias: true },
    multipliers: { attentionIn: 1.5, attentionOut: 0.75, key: 0.5 },
  },
  factors: {
    dIntermediate: 8,
    multipliers: {
      embedding: 3,
      logits: 0.5,
      residual: 0.25,
      ssmIn: 1.25,
      ssmOut: 0.75,
      ssm: [0.5, 0.75, 1.5, 1.25, 2],
      mlpGate: 0.75,
      mlpOut: 1.5,
    },
  },
  "factors around biases": {
    bias: true,
    dIntermediate: 8,
    mlp: { multipleOf: 4, bias: true },
    multipliers: { residual: 2, ssmIn: 1.25, ssm: [0.5, 0.75, 1.5, 1.25, 2], mlpGate: 0.75, mlpOut: 1.5 },
  },
};

const ids = (length: number): number[] =>
  Array.from(hostUniform({ seed: 2, stream: 0 }, length), (u) => Math.floor(u * 23));

/** Moves every parameter, so that none is 0 or 1 all over. */
function stirred(model: Mamba2LM): Mamba2LM {
  for (const [i, parameter] of model.parameters().entries()) {
    const noise = hostUniform({ seed: 3, stream: i }, parameter.size);
    parameter.write(
      noise.map((u) => (u - 0.5) * (parameter.role === "norm" ? 1 : 0.8) + (parameter.role === "norm" ? 1 : 0)),
    );
  }
  return model;
}

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  const scale = Math.max(...Array.from(want, Math.abs));
  expect(Math.max(...Array.from(want, (value, i) => Math.abs(value - got[i]!))) / scale).toBeLessThan(tolerance);
}

describe.each(Object.entries(kinds))("%s", (_, change) => {
  const fields: Mamba2Fields = { ...base, ...change, ...(change.layers && { nLayer: change.layers.length }) };
  const model = stirred(new Mamba2LM(mamba2Config(fields), { seed: 1 }));

  it("has the parameters of its description", () => {
    const shapes = parameterShapes(mamba2Config(fields));
    expect(new Map(model.parameters().map(({ path, shape }) => [path, shape]))).toEqual(shapes);
  });

  it.each([1, 2, 17, 513])("gives by %i steps the logits of one forward", async (length) => {
    const row = ids(length);
    const want = await model.forward(row, { logitsToKeep: 1 }).data();
    let state = model.initialState();
    let got: ArrayLike<number> = [];
    for (const id of row) {
      const next = model.step([id], state);
      state.dispose();
      state = next.state;
      got = await next.logits.data();
      next.logits.dispose();
    }
    expectClose(got, want, 2e-5);
  });
});
