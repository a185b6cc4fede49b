// Generation from a model that changes between two tokens: tokens, logits and state are those of a twin that is stepped by hand, each step recorded anew, and changed
// alike.
import { sharedGpu } from "@x/testing/shared-gpu";
import { afterAll, describe, expect, it } from "vitest";
import { Block, type GenerateOptions, generateIds, type LayerState, Mamba2LM, type State } from "@x/mamba2";
import { adamw, Builder, crossEntropy, MLP, type Linear, type RMSNorm, trainer } from "@x/nn";
import {
  capture,
  cpuDevice,
  createCpuDevice,
  type Device,
  keep,
  leaves,
  mul,
  ones,
  reshape,
  type Tensor,
  tensor,
  webgpuDevice,
} from "@x/tensor";
import { smallModel } from "./small-model.ts";

const gpu = await webgpuDevice({ device: await sharedGpu(), poison: true });
afterAll(() => gpu.dispose());

const steps = 6;
/** The change comes after this many tokens, when the step was captured and replayed. */
const changeAt = 3;

interface End {
  readonly ids: number[];
  readonly logits: readonly number[];
  readonly layers: readonly number[][];
}

type Change = (model: Mamba2LM) => unknown;

async function endOf(ids: number[], logits: Tensor, layers: readonly LayerState[]): Promise<End> {
  return {
    ids,
    logits: [...(await logits.data())],
    layers: await Promise.all(leaves(layers).map(async (one) => [...(await one.data())])),
  };
}

async function generated(model: Mamba2LM, change: Change, options: GenerateOptions): Promise<End> {
  const ids: number[] = [];
  let end: State | undefined;
  for await (const [id] of generateIds(model, [[1, 2, 3]], {
    maxTokens: steps,
    eosTokenId: null,
    stepsAhead: 0,
    ...options,
    onState: (state) => void (end = state),
  })) {
    ids.push(id!);
    if (ids.length === changeAt) await change(model);
  }
  return endOf(ids, end!.progress.logits!, end!.layers);
}

type Step = (ids: Tensor, layers: readonly LayerState[]) => { logits: Tensor; layers: readonly LayerState[] };

/** @param recorded each step is captured anew, which computes with the kernels of a plan; else op by op */
async function stepped(model: Mamba2LM, change: Change, recorded = true): Promise<End> {
  const ids: number[] = [];
  const { device } = model;
  const first = model.prefill([[1, 2, 3]]);
  let { logits } = first;
  let layers: readonly LayerState[] = first.state.layers;
  for (let i = 0; i < steps; i++) {
    const row = [...(await logits.data())].slice(0, smallModel.vocabSize);
    ids.push(row.indexOf(Math.max(...row)));
    if (ids.length === changeAt) await change(model);
    const plain: Step = (token, states) => model.stepLayers(token, states);
    const step = recorded ? capture(plain) : plain;
    ({ logits, layers } = step(tensor([ids.at(-1)!], { dtype: "i32", device }), layers));
  }
  return endOf(ids, logits, layers);
}

const scaled = (value: Tensor): Tensor => keep(mul(value, -1.5));
const norm = (model: Mamba2LM): { eps: number } => model.layers[0]!.norm as RMSNorm;
const layers = (model: Mamba2LM): Block[] => model.layers as Block[];

const changes: Readonly<Record<string, Change>> = {
  "a parameter's value": ({ layers }) =>
    void Object.assign(layers[1]!.mixer!.outProj.weight, {
      value: scaled((layers[1]!.mixer!.outProj as Linear).weight.value),
    }),
  "a parameter written in place": ({ layers }) => layers[0]!.mixer!.aLog.write(new Float32Array(4).fill(2)),
  "a parameter of another module": (model) =>
    Object.assign(model.layers[0]!.mixer!.inProj, { weight: model.layers[1]!.mixer!.inProj.weight }),
  "a parameter taken away": (model) => Object.assign(model.layers[0]!.mixer!.conv1d, { bias: undefined }),
  "the head": (model) => Object.assign(model, { lmHead: undefined }),
  "a module": (model) =>
    Object.assign(model.layers[0]!, { norm: model.layers[1]!.norm, mixer: model.layers[1]!.mixer }),
  "layers swapped": (model) => layers(model).reverse(),
  "a layer given twice": (model) => (layers(model)[1] = layers(model)[0]!),
  "a flag": (model) => Object.assign(model.layers[0]!.mixer!.norm!, { normBeforeGate: true }),
  eps: (model) => (norm(model).eps = 0.5),
  "an MLP where none was": (model) =>
    Object.assign(model.layers[1]!, {
      sublayers: ["mixer", "mlp"],
      norm2: model.layers[1]!.norm,
      mlp: new MLP(16, 8, { builder: builderOf(model) }),
    }),
  "a method of one layer, with a closure that changes at every call": (model) => {
    const block = model.layers[0]!;
    let scale = 1;
    block.step = (stream, state) => {
      const {
        stream: { hidden, residual },
        state: next,
      } = Block.prototype.step.call(block, stream, state);
      return { stream: { hidden: mul(hidden, scale++), residual }, state: next };
    };
  },
  "a layer of a class that counts": (model) => (layers(model)[1] = counting(model)),
  "the model moved away and back": async (model) => {
    const { device } = model;
    const away = createCpuDevice();
    await model.to(away);
    for (const parameter of model.parameters())
      parameter.write(Float32Array.from((await parameter.value.data()) as Float32Array, (value) => 1.1 * value));
    await model.to(device);
  },
  "an optimizer that moves memory, and a step of it": async (model) => {
    using fit = trainer<{ x: Int32Array; y: Int32Array; shape: number[] }>(model, adamw({ lr: 0.05 }), ({ x, y }) =>
      crossEntropy(model.forward(x as Tensor), y as Tensor),
    );
    await fit.step({ x: Int32Array.of(1, 2, 3), y: Int32Array.of(2, 3, 4), shape: [1, 3] });
  },
};

const builderOf = ({ device }: Mamba2LM): Builder => new Builder({ seed: 9, device }).at("added");

/** A layer whose class keeps a number that nobody sees. */
function counting(model: Mamba2LM): Block {
  let calls = 0;
  class Counting extends Block {
    override step(...args: Parameters<Block["step"]>): ReturnType<Block["step"]> {
      const {
        stream: { hidden, residual },
        state,
      } = super.step(...args);
      return { stream: { hidden: mul(hidden, 1 + calls++), residual }, state };
    }
  }
  return new Counting(model.config, builderOf(model));
}

describe.each([
  ["cpu", () => cpuDevice()],
  ["webgpu", () => gpu],
] as const)("on %s", (_, deviceOf) => {
  const modelOf = (): Mamba2LM => new Mamba2LM(smallModel, { seed: 3, device: deviceOf() as Device });
  let unchangedEnd: Promise<End> | undefined;
  const unchanged = (): Promise<End> => (unchangedEnd ??= stepped(modelOf(), () => undefined));

  for (const [how, options] of [
    ["greedy", { temperature: 0 }],
    ["on the host", { temperature: 0, repetitionPenalty: 1 + 1e-12 }],
  ] as const) {
    it.each(Object.entries(changes))(`%s, chosen ${how}`, async (_, change) => {
      const got = await generated(modelOf(), change, options);
      expect(got).toEqual(await stepped(modelOf(), change));
      expect(got.logits).not.toEqual((await unchanged()).logits); // the change counts
    });
  }

  it("an optimizer that only moves memory changes nothing", async () => {
    const move: Change = (model) =>
      trainer(model, adamw({ lr: 0.1 }), () => reshape(ones([1], { device: model.device }), [])).dispose();
    expect(await generated(modelOf(), move, { temperature: 0 })).toEqual(await unchanged());
  });

  it.each(
    Object.entries({
      "the model disposed of": (model) => model.dispose(),
      "a parameter disposed of": (model) => model.layers[1]!.mixer!.d.dispose(),
      "a parameter's tensor disposed of, with a second tensor over its memory": (model) => {
        const { value } = model.layers[1]!.mixer!.d;
        keep(reshape(value, [value.size, 1]));
        value.dispose();
      },
      "the model moved away": (model) => model.to(createCpuDevice()),
      "a layer taken away": (model) => layers(model).pop(),
    } satisfies Record<string, Change>),
  )("raises as the plain step does: %s", async (_, change) => {
    const failure = (run: Promise<End>): Promise<string> =>
      run.then(
        () => "none",
        (error: Error) => error.name,
      );
    const got = await failure(generated(modelOf(), change, { temperature: 0 }));
    expect(got).toBe(await failure(stepped(modelOf(), change, false)));
    expect(got).not.toBe("none");
  });

  it("runs the model's JavaScript once while nothing changes", async () => {
    const model = modelOf();
    let reads = 0;
    const { config } = model;
    // every step reads the configuration
    const counted = new Proxy(config, { get: (target, key) => (reads++, Reflect.get(target, key)) });
    Object.assign(model.layers[0]!.mixer!, { config: counted });
    const at: number[] = [];
    for await (const _ of generateIds(model, [[1, 2]], {
      maxTokens: 6,
      temperature: 0,
      eosTokenId: null,
      stepsAhead: 0,
    }))
      at.push(reads);
    expect(at[1]).toBeGreaterThan(at[0]!); // the step that was recorded
    expect(at.slice(1)).toEqual([at[1], at[1], at[1], at[1], at[1]]);
  });
});
