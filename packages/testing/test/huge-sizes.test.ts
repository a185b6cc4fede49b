// Sizes that no memory holds are refused in a sentence before anything is allocated or counted through: of tensors, host arrays, modules, batches, models and states.
import { XError } from "@x/base";
import * as m from "@x/mamba2";
import * as nn from "@x/nn";
import * as t from "@x/tensor";
import { expect, it } from "vitest";

const most = Number.MAX_SAFE_INTEGER;
const huge = 2 ** 40;
const key = { seed: 1, stream: 0 };
const x = t.ones([2, 3]);
const ids = t.tensor([0, 1], { dtype: "i32" });
const fields = { dModel: 16, nLayer: 1, vocabSize: 256, dState: 8, headDim: 8 };
const tokens = new Uint8Array(100);
const documents = { lengths: [5], read: () => ({ ids: new Uint8Array(5) }) };
const model = (more: object) => (): unknown => new m.Mamba2LM({ ...fields, ...more });
const task = { batch: huge, length: 8 };

const calls: Readonly<Record<string, () => unknown>> = {
  zeros: () => t.zeros([most]),
  "zeros, two axes": () => t.zeros([2 ** 27, 2 ** 27]),
  ones: () => t.ones([huge]),
  full: () => t.full([huge], 1.5),
  randomNormal: () => t.randomNormal([most], { seed: 1 }),
  randomUniform: () => t.randomUniform([huge], { seed: 1 }),
  bernoulli: () => t.bernoulli([huge], 0.5, { seed: 1 }),
  dropoutMask: () => t.dropoutMask([huge], 0.5, key),
  arange: () => t.arange(0, most),
  "arange of small steps": () => t.arange(0, 1, 1e-15),
  eye: () => t.eye(2 ** 30),
  linspace: () => t.linspace(0, 1, huge),
  tile: () => t.tile(x, [2 ** 30, 2 ** 20]),
  "expand, contiguous": () => t.contiguous(t.expand(t.ones([1]), [huge])),
  broadcastTo: () => t.broadcastTo(t.ones([1]), [most]),
  repeatInterleave: () => t.repeatInterleave(x, huge, 0),
  oneHot: () => t.oneHot(ids, huge),
  pad: () => t.pad(x, 0, huge, huge),
  indexAdd: () => t.indexAdd(x, 0, ids, most),
  quantizedZeros: () => t.quantizedZeros({ shape: [huge, 64], bits: 4, groupSize: 32 }),
  hostArray: () => t.hostArray("f32", most),
  hostBits: () => t.hostBits(key, huge),
  hostUniform: () => t.hostUniform(key, huge),
  hostNormal: () => t.hostNormal(key, huge),
  hostPermutation: () => t.hostPermutation(key, huge),
  zerosInit: () => nn.zerosInit([huge], key),
  normalInit: () => nn.normalInit(0, 1)([huge], key),
  Builder: () => new nn.Builder().parameter("w", { role: "projection", shape: [huge], init: nn.normalInit(0, 1) }),
  Linear: () => new nn.Linear(2 ** 20, 2 ** 20),
  Embedding: () => new nn.Embedding(huge, 4),
  RMSNorm: () => new nn.RMSNorm(most),
  MLP: () => new nn.MLP(huge, 4),
  CausalConv1d: () => new nn.CausalConv1d(huge, 4),
  Conv1d: () => new nn.Conv1d(huge, 1, 1),
  Attention: () => new nn.Attention(8, { heads: 1, headDim: huge }),
  Experts: () => new nn.Experts(4, { count: huge, perToken: 1, width: 4 }),
  avgPool: () => nn.avgPool(t.ones([1, 4]), 2, { padding: most }),
  permutation: () => nn.permutation(most),
  holdOut: () => nn.holdOut(most, { every: 10 }),
  "TokenHistory.empty": () => m.TokenHistory.empty(2 ** 33),
  "TokenHistory.empty of a fraction": () => m.TokenHistory.empty(1.5),
  randomBatches: () => nn.randomBatches({ tokens, ...task }),
  sequentialBatches: () => [...nn.sequentialBatches({ tokens, ...task })],
  consecutiveBatches: () => nn.consecutiveBatches({ tokens, ...task }),
  documentBatches: () => [...nn.documentBatches({ documents, ...task })],
  packDocuments: () => nn.packDocuments({ documents, batch: 2, length: huge }),
  mqar: () => nn.mqar({ batch: huge }).at(0),
  parity: () => nn.parity(task).at(0),
  inductionHeads: () => nn.inductionHeads({ batch: 1, length: huge }).at(0),
  selectiveCopying: () => nn.selectiveCopying({ batch: 1, length: huge }).at(0),
  resetMajority: () => nn.resetMajority({ batch: 1, length: huge }).at(0),
  nLayer: model({ nLayer: 2 ** 30 }),
  vocabSize: model({ vocabSize: huge }),
  dModel: model({ dModel: huge }),
  dState: model({ dState: huge }),
  dConv: model({ dConv: huge }),
  initialState: () => new m.Mamba2LM(fields).initialState(huge),
  complete: async () => m.complete(new m.Mamba2LM(fields), ["ab"], { n: 2 ** 32, maxTokens: 1 }),
  "train, batch": () => m.train(new m.Mamba2LM(fields), { text: "hello world ".repeat(50), batch: huge, length: 8 }),
  "train, length": () => m.train(new m.Mamba2LM(fields), { text: "hello world ".repeat(50), batch: 1, length: huge }),
};

it.each(Object.keys(calls))("%s refuses a size that no memory holds", async (name) => {
  await expect((async () => calls[name]!())()).rejects.toThrow(XError);
});
