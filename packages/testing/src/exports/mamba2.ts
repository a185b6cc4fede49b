// Example arguments for the exports of @x/mamba2.
import type { Block, Mamba2Mixer, State, TokenHistory, toLayout } from "@x/mamba2";
import {
  type PrefixCache,
  type Rewindable,
  type Scheduler,
  type streamPrefill,
  type FileReader,
  type LayoutName,
  mamba2Config,
  type Mamba2Config,
  Mamba2LM,
  readCheckpoint,
  type train,
  type TrainingRun,
} from "@x/mamba2";
import type { LayerNorm } from "@x/nn";
import { Builder, byteTokenizer, type Initializer, RMSNorm } from "@x/nn";
import { type Device, type Tensor, tensor, type TensorBytes, writeSafetensors } from "@x/tensor";
import { callThenDispose, type Example, type ExportTable, filled, of, thenDispose } from "./example.ts";

/** A model that takes milliseconds. */
export const smallConfig: Mamba2Config = mamba2Config({
  dModel: 16,
  nLayer: 2,
  vocabSize: 256,
  dState: 8,
  headDim: 8,
  chunkSize: 8,
  padVocabSizeMultiple: 8,
});
export const smallModel = (device: Device): Mamba2LM => new Mamba2LM(smallConfig, { device, seed: 1 });

const text = "a text to be learnt by heart, ".repeat(20);

let saved: Promise<ReadonlyMap<string, Uint8Array>> | undefined;
const files = (): Promise<ReadonlyMap<string, Uint8Array>> => (saved ??= saveSmall());
async function saveSmall(): Promise<ReadonlyMap<string, Uint8Array>> {
  const model = new Mamba2LM(smallConfig, { seed: 1 });
  const { files: written } = await model.save();
  model.dispose();
  return written;
}
const tensors = async (): Promise<ReadonlyMap<string, TensorBytes>> => (await readCheckpoint(await files())).tensors;

/** Uses what the call made, then frees it. */
function using<M extends { dispose(): void }, R>(made: M, use: (made: M) => R): R {
  try {
    return use(made);
  } finally {
    (made as Partial<M> | null | undefined)?.dispose?.();
  }
}

const init = (...args: readonly unknown[]): Example =>
  of(() => args, {
    call: (make: (...args: readonly unknown[]) => Initializer, given: readonly unknown[]) =>
      make(...given)([3], { seed: 1 }),
  });
const config = of(() => [smallConfig]);
const initDevice = (device: Device): Builder => new Builder({ device });
const free = (...values: readonly (Tensor | undefined)[]): void => {
  for (const value of values) value?.dispose();
};

/** Everything a generator yields; it frees what it holds at the end. */
async function drained(pieces: AsyncIterable<unknown>, most = Infinity): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const piece of pieces) {
    found.push(piece);
    if (found.length >= most) break;
  }
  return found;
}

export const mamba2Exports: ExportTable = {
  Block: of((device) => [smallConfig, initDevice(device)], {
    call: (Kind: typeof Block, args: [Mamba2Config, Builder], device: Device) =>
      using(new Kind(...args), (block) => {
        const hidden = filled(device, 2, 5, 16);
        try {
          return [hidden, block.forward({ hidden }).stream];
        } catch (error) {
          free(hidden);
          throw error;
        }
      }),
  }),
  Mamba2LM: of((device) => [smallConfig, { device, seed: 1 }], {
    options: 1,
    call: async (Kind: typeof Mamba2LM, args: [Mamba2Config, object?]) => {
      const model = new Kind(...args);
      try {
        const targets = tensor(Int32Array.of(2, 3, 4), { shape: [1, 3], device: model.device });
        const { logits, state } = model.prefill([[1, 2, 3]]);
        const next = model.step([4], state);
        const copy = state.clone();
        free(model.forward([[1, 2, 3]]), model.loss([[1, 2, 3]], targets), targets, logits, next.logits);
        for (const one of [state, next.state, copy, model.initialState(2)]) one.dispose();
        await drained(model.generateIds([[1, 2]], { maxTokens: 3, temperature: 0 }));
        await drained(model.generate("ab", { maxTokens: 3, seed: 1 }));
        await model.save();
      } finally {
        model.dispose();
      }
    },
  }),
  Mamba2Mixer: of((device) => [smallConfig, initDevice(device)], {
    call: (Kind: typeof Mamba2Mixer, args: [Mamba2Config, Builder], device: Device) =>
      using(new Kind(...args), (mixer) => {
        const u = filled(device, 2, 5, 16);
        try {
          return mixer.forward(u, { returnState: true });
        } finally {
          free(u);
        }
      }),
  }),
  State: of((device) => [smallConfig, 2, device], {
    call: async (Kind: typeof State, args: [Mamba2Config, number, Device]) => {
      const state = Kind.empty(...args);
      const copy = state.clone();
      const model = { config: args[0], device: args[2] };
      const read = await Kind.deserialize(await copy.serialize(model), model);
      for (const one of [state, copy, read]) one.dispose();
      return read.batch;
    },
  }),
  TrainingRun: of((device) => [smallModel(device), { text, steps: 2, batch: 2, length: 8 }], {
    options: 1,
    call: (Run: new (...args: Parameters<typeof train>) => TrainingRun, args: Parameters<typeof train>) =>
      trained((...given) => new Run(...given), args),
  }),
  aLogInit: init([1, 16]),
  addNorm: of(
    (device) => [
      new RMSNorm(16, { builder: initDevice(device) }),
      { hidden: filled(device, 2, 16), residual: filled(device, 2, 16) },
    ],
    { call: callThenDispose },
  ),
  blockNorm: of((device) => [smallConfig, initDevice(device)], {
    call: (make: (...args: readonly unknown[]) => RMSNorm | LayerNorm, args: readonly unknown[]) =>
      make(...args).dispose(),
  }),
  detectLayout: of(() => [{ d_model: 16 }, []]),
  dimensions: config,
  dtBiasInit: init(smallConfig),
  fromLayout: of(async () => [smallConfig, await tensors()]),
  complete: of((device) => [smallModel(device), ["ab", [1, 2, 3]], { n: 2, maxTokens: 3, logprobs: 1, seed: 1 }], {
    options: 2,
    call: callThenDispose,
  }),
  generateIds: of(
    (device) => [
      smallModel(device),
      [
        [1, 2],
        [3, 4],
      ],
      { maxTokens: 4, temperature: 0.5, seed: 1 },
    ],
    {
      options: 2,
      call: generated,
    },
  ),
  PrefixCache: of((device) => [smallModel(device), { maxBytes: 2 ** 20 }], {
    options: 1,
    call: (Kind: typeof PrefixCache, args: ConstructorParameters<typeof PrefixCache>) =>
      thenDispose(args, () => {
        using(new Kind(...args), (cache) => {
          const { logits, state } = cache.read([1, 2, 3]);
          logits.dispose();
          state.dispose();
        });
      }),
  }),
  Rewindable: of((device) => [smallModel(device), { every: 2 }], {
    options: 1,
    call: (Kind: typeof Rewindable, args: ConstructorParameters<typeof Rewindable>) =>
      thenDispose(args, () => {
        using(new Kind(...args), (text) => {
          text.read([1, 2, 3]).dispose();
          text.rewind(1);
        });
      }),
  }),
  Scheduler: of((device) => [smallModel(device), { slots: 2 }], {
    options: 1,
    call: (Kind: typeof Scheduler, args: ConstructorParameters<typeof Scheduler>) =>
      thenDispose(args, async () => {
        const scheduler = new Kind(...args);
        try {
          await drained(scheduler.add([1, 2], { maxTokens: 3 }));
        } finally {
          scheduler.dispose();
          // its loop frees what it holds when it ends: after what it waits for, some turns later
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
        }
      }),
  }),
  streamPrefill: of((device) => [smallModel(device), [1, 2, 3, 4, 5], { chunk: 2 }], {
    options: 2,
    call: (read: typeof streamPrefill, args: Parameters<typeof streamPrefill>) =>
      thenDispose(args, async () => {
        const { logits, state } = await read(...args);
        logits.dispose();
        state.dispose();
      }),
  }),
  generateTokens: of((device) => [smallModel(device), "ab", { maxTokens: 4, seed: 1, stop: ["zz"] }], {
    options: 2,
    call: generated,
  }),
  TokenHistory: of(() => [[{ counts: new Map([[3, 1]]), recent: [3] }]], {
    call: (Kind: typeof TokenHistory, args: ConstructorParameters<typeof TokenHistory>) =>
      new Kind(...args).append([[3, 4]]).rows,
  }),
  generateText: of((device) => [smallModel(device), "ab", { maxTokens: 4, seed: 1 }], {
    options: 2,
    call: generated,
  }),
  initHook: of(() => ["default", smallConfig]),
  isInitPreset: of(() => ["hf"]),
  isPresetName: of(() => ["tiny"]),
  layoutFor: of(() => [smallConfig]),
  layoutNamed: of(() => ["hf"]),
  mamba2Config: of(() => [{ dModel: 16, headDim: 8 }], { options: 0 }),
  estimateMemory: of(() => [smallConfig, { batch: 1, length: 8 }], { options: 1 }),
  mergeShards: of(async () => [
    { files: ["a"], fileOf: new Map([["a.weight", "a"]]), weightMap: new Map([["a.weight", "a"]]) },
    new Map([["a", new Map([["a.weight", await someTensor()]])]]),
  ]),
  officialName: of(() => ["backbone.embeddings.weight"]),
  openCheckpoint: of(async () => [await files()], { options: 1 }),
  parameterBytes: of(() => [smallConfig, { dtype: "f16" }], { options: 1 }),
  activeParameters: of(() => [smallConfig]),
  parameterPlaces: of(() => [smallConfig]),
  stateSizes: of(() => [smallConfig]),
  parameterCount: config,
  parameterShapes: config,
  parseConfigJson: of(() => ['{"d_model": 16}']),
  parseShardIndex: of(() => [JSON.stringify({ weight_map: { "a.weight": "a.safetensors" } })]),
  planShards: of(async () => [await tensors()]),
  preset: of(() => ["tiny", { nLayer: 1 }]),
  readCheckpoint: of(async () => [await files()], { options: 1 }),
  meanLoss: of(
    (device) => [smallModel(device), [{ x: Int32Array.of(1, 2), y: Int32Array.of(3, -100), shape: [1, 2] }]],
    { call: callThenDispose },
  ),
  readConfigText: of(() => [JSON.stringify({ dModel: 16, headDim: 8 }), [], {}], { options: 2 }),
  readTokenizer: of(() => [((): Promise<undefined> => Promise.resolve(undefined)) satisfies FileReader], {
    options: 1,
  }),
  readTorchBin: { notCalled: "reads what torch.save wrote: torch-bin.test.ts makes such files" },
  savedSettings: of(() => [writeSafetensors(new Map(), { settings: JSON.stringify({ steps: 3 }) })]),
  toFLA: of(() => [smallConfig, "float32", {}], { options: 2 }),
  toHF: of(() => [smallConfig, "float32", {}], { options: 2 }),
  toLayout: of(async () => ["hf", smallConfig, await tensors()], {
    call: (write: typeof toLayout, args: Parameters<typeof toLayout>) => write(...args).size,
  }),
  toOfficial: of(() => [smallConfig, {}], { options: 1 }),
  tokenizerFor: of(() => [smallConfig, byteTokenizer]),
  planMemory: of((device) => [smallModel(device), { text, batch: 2, length: 8 }], {
    options: 1,
    call: callThenDispose,
  }),
  train: of((device) => [smallModel(device), { text, steps: 2, batch: 2, length: 8 }], {
    options: 1,
    call: trained,
  }),
  trainSettings: of(() => [{ steps: 3 }], { options: 0 }),
  writeCheckpoint: of(async () => ["official" satisfies LayoutName, smallConfig, await tensors(), {}], { options: 3 }),
};

/** A run to its end, then freed with its model. */
function trained(make: typeof train, args: Parameters<typeof train>): Promise<unknown> {
  return thenDispose(args, async () => {
    using run = make(...args);
    return await drained(run);
  });
}

/** A generation broken off, one to its end, then the model freed. */
function generated(make: (...args: never) => AsyncIterable<unknown>, args: readonly unknown[]): Promise<unknown> {
  const call = make as (...args: readonly unknown[]) => AsyncIterable<unknown>;
  return thenDispose(args, async () => {
    await drained(call(...args), 2);
    return await drained(call(...args));
  });
}

async function someTensor(): Promise<TensorBytes> {
  return [...(await tensors()).values()][0]!;
}
