// The models that sequences are checked on, on every device: each kind of layer and each option, small.
import { Mamba2LM, type Mamba2Fields, type Mamba2LMOptions } from "@x/mamba2";
import { hostUniform, sizeOf } from "@x/tensor";

/** A model as its constructor takes it. */
export interface ModelCase {
  readonly fields: Mamba2Fields;
  readonly options?: Mamba2LMOptions;
}

const base: Mamba2Fields = { dModel: 16, nLayer: 2, vocabSize: 23, dState: 8, headDim: 8, mlp: { multipleOf: 4 } };
const experts = { count: 4, perToken: 2, width: 12 };
const attention = { heads: 4, keyValueHeads: 2, headDim: 6 };
const rotary = { size: 4, theta: 100, interleaved: false };

const changes: Readonly<Record<string, readonly [Mamba2Fields, Mamba2LMOptions?]>> = {
  mixers: [{}],
  "mixers and MLPs in turn": [{ layers: [["mixer"], ["mlp"], ["mixer", "mlp"]], dIntermediate: 20 }],
  "an MLP without a gate": [
    { dIntermediate: 20, mlp: { multipleOf: 4, gated: false, activation: "relu2", bias: true } },
  ],
  experts: [{ layers: [["mixer", "experts"], ["experts"]], experts }],
  "experts beside an MLP": [
    {
      layers: [["mixer", "mlp+experts"], ["mixer"]],
      dIntermediate: 8,
      experts: { ...experts, gated: false, activation: "relu2", routing: "sigmoid", sharedWidth: 8, latent: 12 },
    },
  ],
  "LayerNorm, biases": [{ rmsNorm: false, bias: true, outBias: false, dIntermediate: 8 }],
  "learnt initial states": [{ learnableInitialState: true, nGroups: 2 }],
  "groups, limits of dt that exclude 0, norm before the gate": [
    { nGroups: 2, bias: true, dtLimit: [0.01, 0.5], normBeforeGate: true },
  ],
  "no gated norm, D per channel, a part beside the mixer": [
    { gatedNorm: false, dHasHeadDim: true, dSsm: 16, nGroups: 2, tieEmbeddings: false },
  ],
  "a convolution of one token": [{ dConv: 1 }],
  "a convolution of nine tokens": [{ dConv: 9 }],
  attention: [{ layers: [["mixer"], ["attention"], ["attention", "mlp"]], attention, dIntermediate: 8 }],
  "attention alone": [
    {
      layers: [["attention", "mlp"], ["attention"]],
      attention: { heads: 2, rotary },
      dIntermediate: 8,
    },
  ],
  "attention beside a mixer, rotary, biases": [
    {
      layers: [["mixer+attention", "mlp"]],
      attention: { ...attention, rotary, bias: true, outBias: true, scale: 0.3 },
      dIntermediate: 8,
    },
  ],
  "attention with a convolution and a gated part": [
    {
      layers: [["attention"], ["mixer", "attention"]],
      attention: { ...attention, rotary: { ...rotary, interleaved: true }, dConv: 3, dMlp: 8 },
    },
  ],
  "factors of attention": [
    {
      layers: [["mixer+attention"], ["attention"]],
      attention,
      multipliers: { attentionIn: 1.5, attentionOut: 0.75, key: 0.5, ssmOut: 0.5, residual: 0.5 },
    },
  ],
  "factors of attention around biases": [
    {
      layers: [["mixer+attention"], ["attention"]],
      attention: { ...attention, rotary, bias: true, outBias: true },
      multipliers: { attentionIn: 1.5, attentionOut: 0.75, key: 0.5 },
    },
  ],
  factors: [
    {
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
  ],
  "factors around biases": [
    {
      bias: true,
      dIntermediate: 8,
      mlp: { multipleOf: 4, bias: true },
      multipliers: { residual: 2, ssmIn: 1.25, ssm: [0.5, 0.75, 1.5, 1.25, 2], mlpGate: 0.75, mlpOut: 1.5 },
    },
  ],
  "sums of more than 1024": [{ dModel: 640, expand: 2, headDim: 128, nLayer: 1 }],
  "weights of bf16": [{ dIntermediate: 48 }, { dtype: "bf16" }],
  "weights of 8 bits": [{ dModel: 32, dIntermediate: 64, headDim: 16 }, { quantize: { bits: 8 } }],
  "weights of 4 bits, attention": [
    {
      dModel: 64,
      dIntermediate: 64,
      headDim: 16,
      layers: [["mixer"], ["attention", "mlp"]],
      attention: { heads: 4, headDim: 16, rotary },
    },
    { quantize: { bits: 4 } },
  ],
  "weights of 4 bits, experts": [
    { dModel: 32, headDim: 16, layers: [["mixer", "experts"]], experts: { count: 4, perToken: 2, width: 32 } },
    { quantize: { bits: 4 } },
  ],
  "weights of f16, experts": [
    { layers: [["mixer", "experts"]], experts: { count: 3, perToken: 1, width: 24 } },
    { dtype: "f16" },
  ],
};

/** Kinds of layers and options, by what they are. */
export const OPTION_CASES: ReadonlyMap<string, ModelCase> = new Map(
  Object.entries(changes).map(([name, [change, options]]) => [
    name,
    {
      fields: { ...base, ...change, ...(change.layers && { nLayer: change.layers.length }) },
      ...(options && { options }),
    },
  ]),
);

/** A model none of whose parameters is 0 or 1 all over, however it is stored. */
export function drawnModel({ fields, options }: ModelCase, more: Mamba2LMOptions = {}): Mamba2LM {
  return new Mamba2LM(fields, {
    seed: 3,
    ...options,
    ...more,
    init:
      ({ role, shape }) =>
      (_, key) => {
        const [around, reach] =
          role === "norm" ? [1, 0.5] : [0, shape.length > 1 ? 1.6 / Math.sqrt(shape.at(-1)!) : 0.4];
        return hostUniform(key, sizeOf(shape)).map((u) => around + (2 * u - 1) * reach);
      },
  });
}
