// Models of each kind, and what is planned for their training beside what is estimated of it.
import { estimateMemory, Mamba2LM, type Mamba2Fields, planMemory } from "@x/mamba2";
import type { Device } from "@x/tensor";

const base: Mamba2Fields = { dModel: 256, nLayer: 2, vocabSize: 512 };
const attention = { heads: 8, keyValueHeads: 4, headDim: 32 };
const rotary = { size: 32 };

const models: Readonly<Record<string, Mamba2Fields>> = {
  mamba2: base,
  "mamba2 of many words": { ...base, vocabSize: 16384 },
  "mamba2 of a narrow scan": { ...base, dSsm: 256, nLayer: 3 },
  falcon_h1: {
    ...base,
    layers: Array.from({ length: 2 }, () => ["mixer+attention", "mlp"] as const),
    attention: { ...attention, rotary },
    dIntermediate: 768,
    gatedNorm: false,
  },
  "granite, dense": {
    ...base,
    layers: [
      ["mixer", "mlp"],
      ["attention", "mlp"],
    ],
    attention,
    dIntermediate: 512,
  },
  "granite, experts": {
    ...base,
    layers: [
      ["mixer", "mlp+experts"],
      ["attention", "mlp+experts"],
    ],
    attention,
    dIntermediate: 256,
    experts: { count: 8, perToken: 2, width: 128 },
  },
  nemotron_h: {
    ...base,
    nLayer: 4,
    layers: [["mixer"], ["mlp"], ["attention"], ["mlp"]],
    attention,
    dIntermediate: 1024,
    nGroups: 8,
    mlp: { gated: false, activation: "relu2" },
  },
};

const sizes = [
  [8, 512], // what is made again on a GPU is above 4 MiB
  [2, 500],
  [1, 128],
] as const;

/** Names of models with sizes, for a table of tests. */
export const planCases = Object.entries(models).flatMap(([name, fields]) =>
  sizes.map(([batch, length]) => [`${name}, ${batch} × ${length}`, fields, batch, length] as const),
);

/** Bytes estimated over bytes planned. */
export async function estimatedOverPlanned(
  device: Device,
  fields: Mamba2Fields,
  batch: number,
  length: number,
): Promise<number> {
  const zeros = (shape: readonly number[]): Float32Array => new Float32Array(shape.reduce((a, b) => a * b, 1));
  const model = new Mamba2LM(fields, { device, init: () => zeros });
  const tokens = (): Int32Array => new Int32Array(batch * length);
  const batches = { at: () => ({ x: tokens(), y: tokens(), shape: [batch, length] as const }) };
  const { total } = await planMemory(model, { batches });
  const { bytesToTrain } = estimateMemory(model.config, { batch, length, device: device.kind });
  model.dispose();
  return bytesToTrain / total;
}
