// Numbers that optimizers, schedules, initializers, modules and the trainer are made with: text, NaN and whatever else is no number is refused at the door, in the name of the function and of the option.
import * as nn from "@x/nn";
import { ConfigError, ones } from "@x/tensor";
import { describe, expect, it } from "vitest";
import * as adafactor from "../src/optim/adafactor.ts";
import * as adamw from "../src/optim/adamw.ts";
import * as clip from "../src/optim/clip.ts";
import * as ema from "../src/optim/ema.ts";
import * as lion from "../src/optim/lion.ts";
import * as muon from "../src/optim/muon.ts";
import * as init from "../src/module/init.ts";
import * as schedules from "../src/optim/schedule.ts";
import * as sgd from "../src/optim/sgd.ts";

/** What a function is called with, and which of it are numbers. */
interface Call {
  readonly args: readonly unknown[];
  /** names of the arguments that are numbers, by position */
  readonly positions?: readonly string[];
  /** names of the options that are numbers: of the last argument */
  readonly options?: readonly string[];
  /** names of the other options */
  readonly others?: readonly string[];
}

const model = new nn.Linear(2, 2);
const quantizing = new nn.Builder({ quantize: { bits: 8 } });
const ofConv = {
  options: ["stride", "padding", "dilation", "groups"],
  others: ["bias", "init", "builder"],
};
const ofLinear = { positions: ["inFeatures", "outFeatures"], options: [], others: ["bias", "role", "init", "builder"] };

const calls: Readonly<Record<string, Call>> = {
  adamw: { args: [{ lr: 0.1 }], options: ["lr", "betas", "eps", "weightDecay"], others: ["moments"] },
  sgd: {
    args: [{ lr: 0.1, momentum: 0.5 }],
    options: ["lr", "momentum", "weightDecay", "dampening"],
    others: ["nesterov"],
  },
  lion: { args: [{ lr: 0.1 }], options: ["lr", "betas", "weightDecay"], others: [] },
  muon: {
    args: [{ lr: 0.1 }],
    options: ["lr", "momentum", "weightDecay", "steps", "eps"],
    others: ["nesterov", "adjustLr"],
  },
  adafactor: {
    args: [{ lr: 0.1 }],
    options: ["lr", "beta2Decay", "eps", "clipThreshold", "weightDecay"],
    others: [],
  },
  emaOfWeights: { args: [0.9], positions: ["decay"] },
  clipByValue: { args: [1], positions: ["limit"] },
  clipByGlobalNorm: { args: [1], positions: ["maxNorm"] },
  constantSchedule: { args: [1], positions: ["lr"] },
  linearSchedule: { args: [1, 0, 10], positions: ["start", "end", "steps"] },
  warmupCosine: { args: [{ peak: 1, steps: 10 }], options: ["peak", "steps", "warmup", "end"], others: [] },
  warmupLinear: { args: [{ peak: 1, steps: 10 }], options: ["peak", "steps", "warmup", "end"], others: [] },
  warmupStableDecay: {
    args: [{ peak: 1, steps: 10, decay: 2 }],
    options: ["peak", "steps", "warmup", "end", "decay"],
    others: ["shape"],
  },
  trainer: {
    args: [model, nn.sgd({ lr: 0.1 }), () => 0, {}],
    options: ["lossScale"],
    others: ["capture", "allowNonFinite", "stamp", "planned"],
  },
  constantInit: { args: [1], positions: ["value"] },
  uniformInit: { args: [0, 1], positions: ["low", "high"] },
  normalInit: { args: [0, 1], positions: ["mean", "std"] },
  kaimingUniformInit: { args: [1, 2], positions: ["a", "fanIn"] },
  scaledInit: { args: [nn.onesInit, 2], positions: ["", "factor"] },
  mapInit: { args: [nn.onesInit, Math.log] },
  valuesInit: { args: [Math.log] },
  Linear: { args: [2, 3, {}], ...ofLinear },
  QuantizedLinear: { args: [32, 3, { builder: quantizing }], ...ofLinear },
  Embedding: { args: [2, 3, {}], positions: ["rows", "width"], options: [], others: ["init", "builder"] },
  Attention: {
    args: [8, { heads: 2 }],
    positions: ["dModel"],
    options: ["heads", "keyValueHeads", "headDim", "scale", "dConv", "dMlp"],
    others: ["bias", "outBias", "rotary", "builder"],
  },
  MLP: {
    args: [2, 3, {}],
    positions: ["width", "hidden"],
    options: ["gateScale", "outScale"],
    others: ["activation", "gated", "bias", "builder"],
  },
  Experts: {
    args: [2, { count: 2, perToken: 1, width: 3 }],
    positions: ["dModel"],
    options: ["count", "perToken", "width", "scale", "groups", "topGroups", "latent", "sharedWidth"],
    others: ["activation", "gated", "routing", "normalize", "bias", "builder"],
  },
  CausalConv1d: {
    args: [2, 3, {}],
    positions: ["channels", "width"],
    options: [],
    others: ["bias", "activation", "init", "builder"],
  },
  Conv1d: { args: [2, 4, 3, {}], positions: ["inputs", "outputs", "size"], ...ofConv },
  Conv2d: { args: [2, 4, 3, {}], positions: ["inputs", "outputs", "size"], ...ofConv },
  RMSNorm: { args: [2, {}], positions: ["width"], options: ["eps"], others: ["builder"] },
  LayerNorm: { args: [2, {}], positions: ["width"], options: ["eps"], others: ["builder"] },
  RMSNormGated: {
    args: [2, {}],
    positions: ["width"],
    options: ["eps", "groupSize"],
    others: ["normBeforeGate", "builder"],
  },
  Dropout: { args: [0.5], positions: ["rate"] },
  Sequential: { args: [[]] },
};

const exported: Readonly<Record<string, unknown>> = nn;

function call(name: string, args: readonly unknown[]): unknown {
  const fn = exported[name] as ((...args: readonly unknown[]) => unknown) &
    (new (...args: readonly unknown[]) => unknown);
  return nn.Module.isPrototypeOf(fn) ? new fn(...args) : fn(...args);
}

const wrong: readonly unknown[] = [NaN, "1", "", null, 2n, true, {}, Symbol("1")];

describe.each(Object.entries(calls))("%s", (name, { args, positions = [], options, others = [] }) => {
  const refuses = (field: string, given: readonly unknown[]): void => {
    const sentence = new RegExp(`^${name}: ${field} must be .+; got .+\\.$`);
    expect(() => call(name, given), field).toThrow(sentence);
    expect(() => call(name, given), field).toThrow(ConfigError);
  };

  it("takes what is right", () => void call(name, args));

  it("refuses what is no number", () => {
    for (const value of wrong) {
      for (const [i, field] of positions.entries()) if (field !== "") refuses(field, args.with(i, value));
      for (const field of options ?? []) refuses(field, args.with(-1, { ...(args.at(-1) as object), [field]: value }));
    }
  });

  if (options === undefined) return;
  it("has no option beside these", () => {
    const unknown = args.with(-1, { ...(args.at(-1) as object), noSuchOption: 1 });
    let message = "";
    try {
      call(name, unknown);
    } catch (error) {
      ({ message } = error as Error);
    }
    const known = /options must be among (.+); got "noSuchOption"/.exec(message)?.[1]!.split(", ");
    expect(known?.toSorted()).toEqual([...options, ...others].toSorted());
  });
});

it("refuses elements of lists that are no numbers", () => {
  for (const value of wrong) {
    for (const betas of [
      [value, 0.9],
      [0.9, value],
    ])
      expect(() => call("adamw", [{ lr: 1, betas }])).toThrow(
        /^adamw: betas must be numbers of at least 0 and below 1/,
      );
    for (const field of ["stride", "padding", "dilation"])
      expect(() => call("Conv2d", [2, 4, 3, { [field]: [1, value] }])).toThrow(
        new RegExp(`^Conv2d: ${field} must be a whole number`),
      );
  }
});

it("has every optimizer, schedule, initializer and module that is exported", () => {
  const made = [adafactor, adamw, lion, muon, sgd, clip, ema, schedules, init].flatMap((module) =>
    Object.entries(module as Readonly<Record<string, unknown>>)
      .filter(
        ([name, value]) =>
          typeof value === "function" && name in exported && !["onesInit", "zerosInit", "swapAverages"].includes(name),
      )
      .map(([name]) => name),
  );
  const modules = Object.entries(exported)
    .filter(([, value]) => typeof value === "function" && nn.Module.isPrototypeOf(value))
    .map(([name]) => name);
  expect(modules.length).toBeGreaterThan(10);
  expect([...made, ...modules, "trainer"].toSorted()).toEqual(Object.keys(calls).toSorted());
});

describe("Parameter", () => {
  const value = ones([4]);
  it.each(["1", null, NaN, Infinity, 1.5, -1])("refuses %j layers", (layers) => {
    const info = { path: "w", role: "projection", shape: [4], layers } as never;
    expect(() => new nn.Parameter(info, value)).toThrow(/^Parameter: info\.layers must be a whole number/);
  });
});
