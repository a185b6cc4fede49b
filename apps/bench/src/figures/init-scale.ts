// Measures how large activations are at each depth of a freshly drawn model, for each way to draw it.
import { type InitPreset, Mamba2LM } from "@x/mamba2";
import { keep, mean, sqrt, square, type Tensor } from "@x/tensor";

/** What was measured: root mean square of the residual stream, mean over seeds. */
export interface InitScales {
  readonly date: string;
  readonly command: string;
  readonly setting: {
    readonly dModel: number;
    readonly batch: number;
    readonly length: number;
    readonly seeds: readonly number[];
  };
  /** of one model: after the embedding (0) and each layer */
  readonly byLayer: { readonly layers: number; readonly rms: Readonly<Record<InitPreset, readonly number[]>> };
  /** of models of several depths: after the last layer */
  readonly byDepth: {
    readonly layers: readonly number[];
    readonly rms: Readonly<Record<InitPreset, readonly number[]>>;
  };
}

export const presets: readonly InitPreset[] = ["default", "official", "fla", "hf", "unscaled"];
const depths = [4, 8, 16, 32, 64] as const;
const [dModel, batch, length, vocabSize] = [128, 2, 128, 1024];
const seeds = [0, 1, 2];

/** Root mean square of the residual stream after the embedding and after each layer. */
async function scales(init: InitPreset, nLayer: number, seed: number): Promise<number[]> {
  const model = new Mamba2LM({ dModel, nLayer, vocabSize }, { init, seed });
  const ids = Array.from({ length: batch }, (_, row) =>
    Array.from({ length }, (_, i) => (7919 * (i + 1) * (row + 1) + 104_729 * seed + i * i) % vocabSize),
  );
  const found: Tensor[] = [];
  const rms = (x: Tensor): Tensor => keep(sqrt(mean(square(x))));
  const logits = model.forward(ids, {
    onLayer: (i, { hidden, residual }) => {
      if (i === 0) found.push(rms(residual)); // what the first layer read
      found.push(rms(hidden.add(residual)));
    },
  });
  const values = await Promise.all(found.map(async (one) => await one.item()));
  for (const tensor of [logits, ...found]) tensor.dispose();
  model.dispose();
  return values;
}

async function meanScales(init: InitPreset, nLayer: number): Promise<number[]> {
  const all: number[][] = [];
  for (const seed of seeds) all.push(await scales(init, nLayer, seed));
  return all[0]!.map((_, i) => Number((all.reduce((sum, run) => sum + run[i]!, 0) / all.length).toPrecision(5)));
}

const table = (): Record<InitPreset, number[]> => Object.fromEntries(presets.map((name) => [name, []])) as never;

/** Measures on the CPU device: the same numbers on every machine to rounding. */
export async function measureInitScales(command: string): Promise<InitScales> {
  const [byLayer, byDepth] = [table(), table()];
  for (const init of presets)
    for (const layers of depths) {
      const rms = await meanScales(init, layers);
      byDepth[init].push(rms.at(-1)!);
      if (layers === depths.at(-1)) byLayer[init] = rms;
    }
  return {
    date: new Date().toISOString().slice(0, 10),
    command,
    setting: { dModel, batch, length, seeds },
    byLayer: { layers: depths.at(-1)!, rms: byLayer },
    byDepth: { layers: depths, rms: byDepth },
  };
}
