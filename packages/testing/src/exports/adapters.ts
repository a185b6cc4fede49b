// Example arguments for the exports of @x/nn/adapters and @x/mamba2/adapters.
import { Mamba2LM } from "@x/mamba2";
import { type Adapter, type AdapterOptions, type adapterTensors, addAdapter, saveAdapter } from "@x/mamba2/adapters";
import { Builder, CausalConv1d, Embedding, Experts, Linear, type Module } from "@x/nn";
import {
  type ConvAdapter,
  type EmbeddingAdapter,
  type ExpertsAdapter,
  type LinearAdapter,
  LowRank,
  type LowRankOptions,
  type LowRankRows,
} from "@x/nn/adapters";
import type { Device, Tensor } from "@x/tensor";
import { callThenDispose, counting, type Example, type ExportTable, filled, of } from "./example.ts";
import { smallModel } from "./mamba2.ts";

const builder = (device: Device): Builder => new Builder({ device });
const pair = (device: Device, inFeatures: number, outFeatures: number, options: LowRankOptions = {}): LowRank =>
  new LowRank(inFeatures, outFeatures, { rank: 2, scale: 0.5, builder: builder(device), ...options });

/** The adapter of a layer: made of its pairs, used by the layer, both disposed of. */
const adapterOf = (
  args: (device: Device) => readonly unknown[],
  use: (adapter: never, device: Device) => readonly [layer: Module, input: Tensor],
): Example =>
  of(args, {
    call: (Kind: new (...args: readonly unknown[]) => Module, given: readonly unknown[], device: Device) => {
      const made = new Kind(...given);
      const [layer, input] = use(made as never, device);
      try {
        return (layer as Module & { forward(x: Tensor): Tensor }).forward(input);
      } finally {
        layer.dispose();
        input.dispose();
      }
    },
  });

export const nnAdapterExports: ExportTable = {
  LowRank: of((device) => [4, 6, { rank: 2, scale: 0.5, builder: builder(device) }], {
    options: 2,
    call: (Kind: typeof LowRank, args: ConstructorParameters<typeof LowRank>, device: Device) => {
      const made = new Kind(...args);
      const x = filled(device, 2, 4);
      try {
        return made.product(x);
      } finally {
        made.dispose();
        x.dispose();
      }
    },
  }),
  LinearAdapter: adapterOf(
    (device): [LowRankRows[]] => [[{ begin: 1, end: 4, pair: pair(device, 4, 3, { magnitude: true }) }]],
    (adapter: LinearAdapter, device) => {
      const layer = new Linear(4, 6, { builder: builder(device) });
      layer.adapter = adapter;
      return [layer, filled(device, 2, 4)];
    },
  ),
  ConvAdapter: adapterOf(
    (device) => [pair(device, 4, 6)],
    (adapter: ConvAdapter, device) => {
      const layer = new CausalConv1d(6, 4, { builder: builder(device) });
      layer.adapter = adapter;
      return [layer, filled(device, 2, 5, 6)];
    },
  ),
  EmbeddingAdapter: adapterOf(
    (device) => [pair(device, 7, 4)],
    (adapter: EmbeddingAdapter, device) => {
      const layer = new Embedding(7, 4, { builder: builder(device) });
      layer.adapter = adapter;
      return [layer, counting(device, 7, 2, 3)];
    },
  ),
  ExpertsAdapter: adapterOf(
    (device) => [pair(device, 5, 4, { experts: 3 })],
    (adapter: ExpertsAdapter, device) => {
      const layer = new Experts(4, { count: 3, perToken: 2, width: 5, builder: builder(device) });
      layer.adapters = { down: adapter };
      return [layer, filled(device, 2, 4)];
    },
  ),
};

/** A model with an adapter; the model owns it. */
const adapted = (device: Device, options: AdapterOptions = {}): [Mamba2LM, Adapter] => {
  const model = smallModel(device);
  return [model, addAdapter(model, options)];
};

export const mamba2AdapterExports: ExportTable = {
  Adapter: of((device) => adapted(device), {
    call: (_Kind: typeof Adapter, [model]: [Mamba2LM]) => model?.dispose?.(),
  }),
  adaptersOf: of((device) => [smallModel(device)], { call: callThenDispose }),
  adapterTensors: of((device) => [smallModel(device)], {
    call: async (list: typeof adapterTensors, args: [Mamba2LM]) => {
      if (!(args[0] instanceof Mamba2LM)) return void list(...(args as never as [Adapter]));
      await callThenDispose((model) => list(addAdapter(model as Mamba2LM)), args);
    },
  }),
  addAdapter: of((device) => [smallModel(device), { rank: 2, dora: true }], { options: 1, call: callThenDispose }),
  useAdapter: of((device) => adapted(device), { call: callThenDispose }),
  removeAdapter: of((device) => adapted(device), { call: callThenDispose }),
  mergeAdapter: of((device) => adapted(device), { call: callThenDispose }),
  unmergeAdapter: of((device) => [smallModel(device)], {
    call: async (fn: (model: Mamba2LM) => void, args: [Mamba2LM]) => {
      if (!(args[0] instanceof Mamba2LM)) return fn(...args);
      const [model] = args;
      const { mergeAdapter } = await import("@x/mamba2/adapters");
      mergeAdapter(model, addAdapter(model));
      await callThenDispose(fn as never, [model]);
    },
  }),
  loadAdapter: of(async (device) => [smallModel(device), await filesOf(device), {}], {
    options: 2,
    call: callThenDispose,
  }),
  saveAdapter: of((device) => [smallModel(device), {}], {
    options: 1,
    call: async (save: typeof saveAdapter, [model, options]: [Mamba2LM, object?]) => {
      if (!(model instanceof Mamba2LM)) return void (await save(model, options));
      await callThenDispose(save as never, [addAdapter(model), options]);
      model.dispose();
    },
  }),
};

async function filesOf(device: Device): Promise<ReadonlyMap<string, Uint8Array>> {
  const [model, adapter] = adapted(device, { rank: 2 });
  const { files } = await saveAdapter(adapter);
  model.dispose();
  return files;
}
