// Example arguments for the exports of @x/nn that are no primitives.
import type {
  adamwUpdate,
  Attention,
  clipByValue,
  continueStream,
  Dropout,
  emaOfWeights,
  groups,
  Layer,
  Linear,
  Parameter,
  permutation,
  QuantizedParameter,
  Sequential,
  swapAverages,
  trainer,
  watchModule,
} from "@x/nn";
import {
  adamw,
  adamwHyper,
  Builder,
  byteTokenizer,
  chain,
  clipByGlobalNorm,
  crossEntropy,
  Embedding,
  type GradientFlow,
  type GradientTransform,
  groupByExpert,
  type Initializer,
  type Module,
  muon,
  normalInit,
  type Optimizer,
  sgd,
  sgdHyper,
  type Trainable,
  type Trainer,
} from "@x/nn";
import { type Device, hostNormal, quantize, silu, type Tensor, tensor, tidy } from "@x/tensor";
import {
  callThenDispose,
  counting,
  type Example,
  type ExportTable,
  filled,
  negative,
  notCalled,
  of,
  smooth,
  thenDispose,
} from "./example.ts";

const tokens = (): Uint8Array => Uint8Array.from({ length: 200 }, (_, i) => i % 16);
const documents = (): object => ({ lengths: [9, 5], read: (i: number) => ({ ids: tokens().subarray(0, [9, 5][i]) }) });
const builder = (device: Device, quantized = false): Builder =>
  new Builder({ device, ...(quantized && { quantize: { bits: 8 } }) });

/** An initializer, drawn with. */
const init = (...args: readonly unknown[]): Example =>
  of(() => args, {
    call: (make: (...args: readonly unknown[]) => Initializer, given: readonly unknown[]) =>
      make(...given)([3, 5], { seed: 1 }),
  });

/** A module of sizes and options: made, called forward with `inputs`, asked for its parameters, disposed of. */
const module = (
  sizes: readonly unknown[],
  inputs: (device: Device) => readonly unknown[],
  { quantized = false, ...fields }: { readonly quantized?: boolean; readonly [option: string]: unknown } = {},
): Example =>
  of((device) => [...sizes, { ...fields, builder: builder(device, quantized) }], {
    options: sizes.length,
    call: (
      Kind: new (...args: readonly unknown[]) => Module & { forward(...args: readonly unknown[]): unknown },
      args: readonly unknown[],
      device: Device,
    ) => {
      const made = new Kind(...args);
      const given = inputs(device);
      try {
        return made.forward(...given);
      } finally {
        made.dispose();
        for (const one of given) if (typeof one === "object") (one as Tensor).dispose();
      }
    },
  });

/** Batches, all of them. */
const listed = (options: object): Example =>
  of(() => [options], {
    options: 0,
    call: (make: (options: object) => Iterable<unknown>, [given]: [object]) => [...make(given)].length,
  });

/** A generator of batches, and its first step. */
const task = (options: object): Example =>
  of(() => [options], {
    options: 0,
    call: (make: (options: object) => { at(step: number): unknown }, [given]: [object]) => make(given).at(0),
  });

const parameterInfo = { path: "w", role: "projection", shape: [4], decay: true, layers: 1 } as const;

/** An optimizer over two parameters, one update. */
const updates = (optimizer: Optimizer, device: Device): void => {
  const parameters: Trainable[] = ["a", "b"].map((path) => ({
    path,
    decay: path === "a",
    value: filled(device, 4, 4),
  }));
  const state = optimizer.init(parameters);
  const hyper = tensor(optimizer.hyper(0), { device });
  const grads = parameters.map(() => filled(device, 4, 4));
  const { norm } = optimizer.update({ parameters, grads, state, hyper });
  for (const one of [...parameters.map(({ value }) => value), ...Object.values(state.tensors), ...grads, hyper, norm])
    one?.dispose();
};

/** An optimizer of options, one update. */
const optimizer = (options: object): Example =>
  of(() => [options], {
    options: 0,
    call: (make: (options: object) => Optimizer, [given]: [object], device: Device) => updates(make(given), device),
  });

const scan = (device: Device, ...lead: readonly number[]): Tensor[] => [
  filled(device, ...lead, 4, 8),
  filled(device, ...lead, 4),
  negative(device, 4),
  filled(device, ...lead, 2, 16),
  filled(device, ...lead, 2, 16),
];

export const nnExports: ExportTable = {
  ...notCalled("an abstract base: every module of this table is one", "Module"),
  ...notCalled("drawn by every LayerNorm and Linear of this table", "onesInit", "zerosInit"),

  Builder: of((device) => [{ device, seed: 1 }], {
    options: 0,
    call: (Kind: typeof Builder, args: [object?]) =>
      new Kind(...args)
        .at("fc")
        .parameter("w", { role: "projection", shape: [3, 4], init: normalInit(0, 1) })
        .dispose(),
  }),
  builderOf: of((device) => ["Linear", builder(device)]),
  Attention: of(
    (device) => [8, { heads: 4, keyValueHeads: 2, rotary: { size: 2 }, dConv: 3, dMlp: 4, builder: builder(device) }],
    {
      options: 1,
      call: (Kind: typeof Attention, args: ConstructorParameters<typeof Attention>, device: Device) => {
        const made = new Kind(...args);
        const [x, one] = [filled(device, 2, 5, 8), filled(device, 2, 8)];
        const [start, next] = [counting(device, 1, 2), tensor([5, 4], { dtype: "i32", device })];
        const empty = made.emptyState(2, 8, device);
        const { y, state } = made.forward(x, { state: empty, start, lengths: next });
        const last = made.step(one, state!, next);
        for (const used of [x, one, start, next, y]) used.dispose();
        for (const { keys, values, conv } of [empty, state!, last.state])
          for (const held of [keys, values, conv]) held?.dispose();
        made.dispose();
        return last.y;
      },
    },
  ),
  CausalConv1d: module([6, 4], (device) => [filled(device, 2, 5, 6)]),
  Embedding: module([7, 4], (device) => [counting(device, 7, 2, 3)]),
  MLP: module([4, 8], (device) => [filled(device, 2, 4)]),
  Experts: module([4], (device) => [filled(device, 2, 4)], { count: 3, perToken: 2, width: 5, sharedWidth: 3 }),
  LayerNorm: module([6], (device) => [filled(device, 3, 6)]),
  Conv1d: module([3, 4, 2], (device) => [filled(device, 2, 3, 5)]),
  Conv2d: module([3, 4, 2], (device) => [filled(device, 2, 3, 5, 4)]),
  documentBatches: listed({ documents: documents(), batch: 2, length: 8 }),
  Dropout: of((device) => [0.5, filled(device, 3)], {
    call: (Kind: typeof Dropout, [rate, x]: [number, Tensor]) => new Kind(rate).forward(x, { seed: 1, stream: 2 }),
  }),
  Sequential: of((device) => [[silu, silu], filled(device, 3)], {
    call: (Kind: typeof Sequential, [layers, x]: [Layer[], Tensor]) => new Kind(layers).forward(x),
  }),
  Linear: module([4, 3], (device) => [filled(device, 2, 4)]),
  Parameter: of((device) => [parameterInfo, filled(device, 4)], {
    call: (Kind: typeof Parameter, args: [typeof parameterInfo, Tensor]) => new Kind(...args).size,
  }),
  QuantizedLinear: module([64, 4], (device) => [filled(device, 2, 64)], { quantized: true }),
  QuantizedParameter: of((device) => ["w", quantize(new Float32Array(256).fill(1), { shape: [4, 64], device })], {
    call: (Kind: typeof QuantizedParameter, args: ConstructorParameters<typeof QuantizedParameter>) =>
      new Kind(...args).dispose(),
  }),
  RMSNorm: module([6], (device) => [filled(device, 3, 6)]),
  RMSNormGated: module([6], (device) => [filled(device, 3, 6), filled(device, 3, 6)]),

  attention: smooth(
    (device) => [filled(device, 1, 5, 4, 6), filled(device, 1, 7, 2, 6), filled(device, 1, 7, 2, 6), { causal: true }],
    { options: 3 },
  ),
  cachedAttention: of(
    (device) => [
      filled(device, 2, 1, 4, 6),
      filled(device, 2, 1, 2, 6),
      filled(device, 2, 1, 2, 6),
      { keys: filled(device, 2, 9, 2, 6), values: filled(device, 2, 9, 2, 6) },
      counting(device, 3, 2),
      { scale: 0.5 },
    ],
    { options: 5 },
  ),
  rotary: smooth((device) => [filled(device, 2, 3, 4, 8), counting(device, 3, 2), { size: 4 }], { options: 2 }),
  avgPool: smooth((device) => [filled(device, 2, 6), 2, { padding: 1 }], { options: 2 }),
  conv1d: smooth((device) => [filled(device, 2, 4, 7), filled(device, 6, 2, 3), { groups: 2, stride: 2 }], {
    options: 2,
  }),
  conv2d: smooth((device) => [filled(device, 2, 2, 5, 4), filled(device, 3, 2, 2, 3), { padding: 1 }], { options: 2 }),
  dropout: smooth((device) => [filled(device, 3, 5), 0.5, { seed: 1, stream: 2 }], { options: 2 }),
  maxPool: smooth((device) => [filled(device, 2, 6, 5), [2, 2], { stride: 1 }], { options: 2 }),
  adamw: optimizer({ lr: 0.1, weightDecay: 0.1 }),
  adafactor: optimizer({ lr: 0.1, weightDecay: 0.1 }),
  lion: optimizer({ lr: 0.1, weightDecay: 0.1 }),
  muon: optimizer({ lr: 0.1 }),
  groups: of(
    () => [
      [
        { match: /a/, optimizer: muon({ lr: 0.1 }) },
        { optimizer: adamw({ lr: 0.1 }), decay: false },
      ],
    ],
    {
      call: (make: typeof groups, [parts]: [Parameters<typeof groups>[0]], device: Device) =>
        updates(make(parts), device),
    },
  ),
  emaOfWeights: of(() => [0.9], {
    call: (make: typeof emaOfWeights, [decay]: [number], device: Device) =>
      updates(chain(sgd({ lr: 0.1 }), make(decay)), device),
  }),
  swapAverages: of(
    (device) => [
      [{ path: "w", decay: true, value: filled(device, 4) }],
      { step: 0, tensors: { "ema.w": filled(device, 4) } },
    ],
    { call: (swap: typeof swapAverages, args: Parameters<typeof swapAverages>) => swap(...args) },
  ),
  adamwUpdate: of(
    (device) => [
      {
        param: filled(device, 4),
        grad: filled(device, 4),
        m: filled(device, 4),
        v: filled(device, 4),
        hyper: filled(device, adamwHyper.length),
      },
      { decay: true },
    ],
    { options: 1, call: (update: typeof adamwUpdate, args: Parameters<typeof adamwUpdate>) => update(...args) },
  ),
  addRmsNorm: smooth((device) => [filled(device, 3, 6), filled(device, 3, 6), filled(device, 6), { eps: 1e-5 }], {
    options: 3,
  }),
  applyUpdate: of(
    (device) => [
      chain(clipByGlobalNorm(1), adamw({ lr: 0.1 })),
      ["a", "b"].map((path) => ({ path, decay: true, value: filled(device, 4) })),
      [filled(device, 4), filled(device, 4)],
    ],
    {
      call: (
        update: (...args: readonly unknown[]) => { norm?: Tensor },
        [optimizer, parameters, grads]: [Optimizer, Trainable[], Tensor[]],
        device: Device,
      ) =>
        tidy(() => {
          // what is no optimizer or no list of parameters is for applyUpdate to refuse
          const state =
            Array.isArray(parameters) &&
            typeof (optimizer as Partial<Optimizer> | null | undefined)?.init === "function"
              ? optimizer.init(["a", "b"].map((path) => ({ path, decay: true, value: filled(device, 4) })))
              : { step: 0, tensors: {} };
          try {
            return update(optimizer, parameters, grads, state);
          } finally {
            for (const value of Object.values(state.tensors)) value.dispose();
          }
        }),
    },
  ),
  byteTokenizer: of(() => [], {
    call: (tokenizer: { encode(text: string): Int32Array; decode(ids: Int32Array): string }) =>
      tokenizer.decode(tokenizer.encode("héllo")),
  }),
  causalConv1d: smooth(
    (device) => [
      filled(device, 2, 5, 6),
      filled(device, 6, 4),
      { bias: filled(device, 6), initialState: filled(device, 2, 6, 3) },
    ],
    { options: 2 },
  ),
  causalConv1dBackward: of(
    (device) => [
      {
        x: filled(device, 2, 5, 6),
        weight: filled(device, 6, 4),
        gradY: filled(device, 2, 5, 6),
        bias: filled(device, 6),
      },
      { activation: "silu" },
    ],
    { options: 1 },
  ),
  causalConv1dStep: smooth(
    (device) => [filled(device, 2, 6), filled(device, 2, 6, 4), filled(device, 6, 1, 4), { bias: filled(device, 6) }],
    { options: 3 },
  ),
  causalConv1dWithState: smooth(
    (device) => [filled(device, 2, 5, 6), filled(device, 6, 1, 4), { bias: filled(device, 6) }],
    { options: 2 },
  ),
  chain: of(() => [clipByGlobalNorm(1), adamw({ lr: 0.1 })], {
    call: (make: typeof chain, args: [GradientTransform, Optimizer], device: Device) => updates(make(...args), device),
  }),
  clipByGlobalNorm: of(() => [1], {
    call: (make: typeof clipByGlobalNorm, [most]: [number], device: Device): GradientFlow => {
      const transform = make(most);
      const grads = [filled(device, 4), filled(device, 3)];
      const { norm, scale } = transform.transform({ grads });
      for (const one of grads) one.dispose();
      return { grads: [], ...(norm && { norm }), ...(scale && { scale }) };
    },
  }),
  consecutiveBatches: task({ tokens: tokens(), batch: 2, length: 8 }),
  continueStream: of(() => [() => byteTokenizer.stream(), byteTokenizer.encode("n\u00e9")], {
    call: (start: typeof continueStream, args: Parameters<typeof continueStream>) => start(...args).push(101),
  }),
  clipByValue: of(() => [1], {
    call: (make: typeof clipByValue, [limit]: [number], device: Device) =>
      updates(chain(make(limit), sgd({ lr: 0.1 })), device),
  }),
  clipCoefficient: of((device) => [filled(device), 1]),
  constantInit: init(0.5),
  constantSchedule: of(() => [0.1]),
  crossEntropy: smooth(
    (device) => [filled(device, 2, 3, 7), counting(device, 7, 2, 3), { labelSmoothing: 0.1, reduction: "mean" }],
    { options: 2 },
  ),
  expertLinear: smooth(
    (device) => {
      const ids = counting(device, 3, 4, 2);
      return [filled(device, 4, 1, 5), filled(device, 3, 6, 5), ids, { groups: groupByExpert(ids, 3) }];
    },
    { options: 3 },
  ),
  expertQuantizedLinear: smooth(
    (device) => {
      const ids = counting(device, 3, 4, 2);
      const weight = quantize(hostNormal({ seed: 1, stream: 0 }, 18 * 32), { shape: [18, 32], bits: 4, device });
      return [filled(device, 4, 1, 32), weight, 3, ids, { groups: groupByExpert(ids, 3) }];
    },
    { options: 4 },
  ),
  expertRouting: smooth((device) => [filled(device, 3, 8), 2, { routing: "sigmoid", correction: filled(device, 8) }], {
    options: 2,
  }),
  groupByExpert: of((device) => [counting(device, 3, 4, 2), 3]),
  globalNorm: of((device) => [[filled(device, 3), filled(device, 4)]]),
  holdOut: of(() => [1000, { every: 10 }], { options: 1 }),
  kaimingUniformInit: init(),
  inductionHeads: task({ length: 16, batch: 2 }),
  layerNorm: smooth((device) => [filled(device, 3, 6), filled(device, 6), filled(device, 6), { eps: 1e-5 }], {
    options: 3,
  }),
  linearCrossEntropy: smooth(
    (device) => [filled(device, 2, 3, 4), filled(device, 7, 4), counting(device, 7, 2, 3), { blockRows: 2 }],
    { options: 3 },
  ),
  linearSchedule: of(() => [1, 0, 10]),
  mapInit: init(normalInit(0, 1), (value: number) => 2 * value),
  modularAddition: of(() => [{ modulus: 7, share: 0.4 }], { options: 0 }),
  accuracy: of(
    (device) => [
      new Embedding(16, 16, { builder: builder(device) }),
      [{ x: Int32Array.of(1, 2), y: Int32Array.of(3, -100), shape: [1, 2] }],
    ],
    { call: callThenDispose },
  ),
  countTargets: of(() => [Int32Array.of(1, -100, 2)]),
  isTokenRanges: of(() => [{ length: 1, read: () => Int32Array.of(1) }]),
  perplexity: of(() => [2.5]),
  defaultLossScale: of((device) => [device]),
  mqar: task({ vocab: 64, length: 32, batch: 2 }),
  mseLoss: smooth((device) => [filled(device, 3, 5), negative(device, 3, 5), { reduction: "sum" }], { options: 2 }),
  normalInit: init(0, 1),
  parity: task({ length: 8, batch: 2, targets: "every" }),
  projectedStep: of(
    (device) => [
      filled(device, 2, 32 + 32 + 2 * 2 * 16 + 4),
      { conv: filled(device, 2, 32 + 2 * 2 * 16, 4), ssm: filled(device, 2, 4, 8, 16) },
      {
        weight: filled(device, 32 + 2 * 2 * 16, 4),
        bias: filled(device, 32 + 2 * 2 * 16),
        dtBias: filled(device, 4),
        aLog: filled(device, 4),
        D: filled(device, 4),
      },
      { groups: 2, gated: true },
    ],
    { options: 3 },
  ),
  registerIntegerLayers: of(() => []),
  projection: of((device) => [4, 3, { builder: builder(device) }], {
    options: 2,
    call: (make: (...args: readonly unknown[]) => Linear, args: readonly unknown[]) => make(...args).dispose(),
  }),
  packDocuments: task({ documents: documents(), batch: 2, length: 8 }),
  permutation: of(() => [7, { seed: 1 }], {
    options: 1,
    call: (make: typeof permutation, args: Parameters<typeof permutation>) => make(...args)(0),
  }),
  randomBatches: task({ tokens: tokens(), batch: 2, length: 8 }),
  resetMajority: task({ batch: 2, family: "long-prefix" }),
  rmsNorm: smooth((device) => [filled(device, 3, 6), filled(device, 6), { eps: 1e-5 }], { options: 2 }),
  rmsNormGated: smooth((device) => [filled(device, 3, 6), filled(device, 3, 6), filled(device, 6), { groupSize: 3 }], {
    options: 3,
  }),
  sampleTokens: of(
    (device) => [
      {
        logits: filled(device, 2, 40),
        settings: tensor(
          [1, 2].map(() => [0.8, 20, 0.9, 0.01, 0.9, 1.2, 0.1, 0.1]),
          { device },
        ),
        draws: tensor(new Uint32Array(8), { shape: [2, 4], device }),
        counts: counting(device, 3, 2, 40),
        bias: filled(device, 2, 40),
        allowed: tensor(new Uint32Array(4).fill(0xffffffff), { shape: [2, 2], device }),
      },
      { vocabSize: 39, top: 2, probabilities: true },
    ],
    { options: 1 },
  ),
  scaledInit: init(normalInit(0, 1), 2),
  selectiveCopying: task({ length: 24, tokens: 4, batch: 2 }),
  sequentialBatches: listed({ tokens: tokens(), batch: 2, length: 8 }),
  sgd: optimizer({ lr: 0.1, momentum: 0.9 }),
  sgdUpdate: of(
    (device) => [
      {
        param: filled(device, 4),
        grad: filled(device, 4),
        velocity: filled(device, 4),
        hyper: filled(device, sgdHyper.length),
      },
      { decay: true, nesterov: false },
    ],
    { options: 1 },
  ),
  ssd: smooth((device) => [...scan(device, 2, 5), { D: filled(device, 4), dtBias: filled(device, 4), chunkSize: 4 }], {
    options: 5,
  }),
  ssdBackward: of(
    (device) => {
      const [x, dt, A, B, C] = scan(device, 2, 5);
      return [
        { x, dt, A, B, C, gradY: filled(device, 2, 5, 4, 8) },
        { chunkSize: 4, dtSoftplus: true, dtLimit: [0, Infinity] },
      ];
    },
    { options: 1 },
  ),
  ssdStep: smooth(
    (device) => [filled(device, 2, 4, 8, 16), ...scan(device, 2), { D: filled(device, 4), dtBias: filled(device, 4) }],
    { options: 6 },
  ),
  trainer: of(
    (device) => {
      const model = new Embedding(16, 16, { builder: builder(device) });
      return [
        model,
        adamw({ lr: 0.1 }),
        ({ x, y }: { x: Tensor; y: Tensor }) => crossEntropy(model.forward(x), y),
        { capture: true },
      ];
    },
    {
      options: 3,
      call: (make: typeof trainer, args: Parameters<typeof trainer>) =>
        thenDispose(args, async () => {
          using fit = make(...args) as Trainer<object>;
          for (let i = 0; i < 2; i++) await fit.step({ x: Int32Array.of(1, 2), y: Int32Array.of(2, 3), shape: [2] });
        }),
    },
  ),
  uniformInit: init(0, 1),
  valuesInit: init((i: number) => i),
  requireCharacters: of(() => ["encode", "text"]),
  watchModule: of((device) => [new Embedding(16, 16, { builder: builder(device) })], {
    options: 1,
    call: (watch: typeof watchModule, args: Parameters<typeof watchModule>) =>
      thenDispose(args, () => watch(...args)()),
  }),
  warmupCosine: of(() => [{ peak: 1, steps: 10 }], { options: 0 }),
  warmupLinear: of(() => [{ peak: 1, steps: 10 }], { options: 0 }),
  warmupStableDecay: of(() => [{ peak: 1, steps: 10, decay: 2 }], { options: 0 }),
};
