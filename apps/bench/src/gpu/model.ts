// Part "model": training, reading a prompt and decoding with whole models; memory against the plan. Parts "train" and "generate": only these.
import {
  generateIds,
  type GenerateOptions,
  type LayerState,
  Mamba2LM,
  estimateMemory,
  parameterBytes,
  parameterCount,
  preset,
  type PresetName,
  State,
} from "@x/mamba2";
import { adamw, chain, clipByGlobalNorm, trainer, watchModule } from "@x/nn";
import { capture, type Captured, type Tensor, tensor } from "@x/tensor/core";
import { kernelShares, type Session, timeRuns } from "./session.ts";

interface Training {
  readonly model: PresetName;
  readonly batch: number;
  readonly length: number;
  readonly steps: number;
}

interface Batch {
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly shape: readonly number[];
}

const trainings: Readonly<Record<Session["scale"], readonly Training[]>> = {
  full: [
    { model: "mamba2-130m", batch: 8, length: 512, steps: 20 },
    { model: "mamba2-370m", batch: 4, length: 512, steps: 20 },
  ],
  tiny: [{ model: "tiny", batch: 1, length: 32, steps: 2 }],
};

const inference: Readonly<
  Record<Session["scale"], readonly { readonly model: PresetName; readonly prompt: number; readonly tokens: number }[]>
> = {
  full: [
    { model: "mamba2-130m", prompt: 2048, tokens: 256 },
    { model: "mamba2-370m", prompt: 2048, tokens: 256 },
  ],
  tiny: [{ model: "tiny", prompt: 32, tokens: 4 }],
};

/** Draws small parameters fast: a GPU session should not wait for a host that draws millions of normals. */
export const quickInit =
  () =>
  (shape: readonly number[]): Float32Array => {
    const size = shape.reduce((product, count) => product * count, 1);
    const values = new Float32Array(size);
    for (let i = 0, state = 1; i < size; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[i] = (state / 2 ** 31 - 1) * 0.03;
    }
    return values;
  };

function batchOf({ batch, length }: Training, vocabulary: number): Batch {
  const count = batch * length;
  const ids = Int32Array.from({ length: count + 1 }, (_, i) => (Math.imul(i, 2654435761) >>> 7) % vocabulary);
  return { x: ids.slice(0, count), y: ids.slice(1), shape: [batch, length] };
}

async function measureTraining({ device, report }: Session, training: Training): Promise<void> {
  const { model: name, batch, length, steps } = training;
  const config = preset(name);
  using model = new Mamba2LM(config, { device, init: quickInit });
  using fit = trainer<Batch>(model, chain(clipByGlobalNorm(1), adamw({ lr: 1e-4 })), ({ x, y }) => model.loss(x, y), {
    lossScale: device.runner.caps.matmulPrecision === "f16" ? 2 ** 16 : 1,
    stamp: watchModule(model),
  });
  const one = batchOf(training, config.vocabSize);
  const losses: number[] = [];
  const start = performance.now();
  losses.push((await fit.step(one)).loss);
  const firstMs = performance.now() - start;
  // The GPU idled while all was compiled, and takes a second of work to raise its clocks.
  for (const warm = performance.now(); performance.now() - warm < 1500;) await fit.step(one);
  const begin = performance.now();
  for (let i = 0; i < steps; i++) losses.push((await fit.step(one)).loss);
  const ms = (performance.now() - begin) / steps;
  const label = `train ${name} b${batch} l${length}`;
  const part = report.part("model");
  const pace = `${ms.toFixed(1)} ms a step, the first ${firstMs.toFixed(0)} ms`;
  part.add(label, (1000 * batch * length) / ms, "tokens/s", pace);
  const rate = (6 * parameterCount(config) * batch * length) / ms / 1e9;
  part.add(`${label} · 6·N·D`, rate, "TFLOP/s", undefined, { share: report.shareOf("fma f32", rate) });
  const { bytesToTrain } = estimateMemory(config, { batch, length, device: device.kind });
  const planned = `bytesToTrain ${(bytesToTrain / 2 ** 30).toFixed(2)} GiB`;
  part.add(`${label} · peak memory`, device.memory.peakBytes / 2 ** 30, "GiB", planned);
  const [first, last] = [losses[0]!, losses.at(-1)!];
  part.add(`${label} · first and last loss`, last, "nats", `from ${first.toFixed(4)}`);
  part.check(
    losses.every(Number.isFinite) && last < first,
    `${label}: the loss of a repeated batch must fall; got ${losses.join(", ")}.`,
  );
  part.addKernels(label, await kernelShares(device, () => fit.enqueue(one).dispose(), 40));
}

/** How the weights of a model that only reads are stored. */
export const storages: Readonly<
  Record<string, { readonly dtype?: "bf16"; readonly quantize?: { readonly bits: 8 | 4 } }>
> = {
  f32: {},
  bf16: { dtype: "bf16" },
  "bf16, projections in 8 bits": { dtype: "bf16", quantize: { bits: 8 } },
  "bf16, projections in 4 bits": { dtype: "bf16", quantize: { bits: 4 } },
};

async function measureInference(
  session: Session,
  { model: preset_, prompt, tokens }: (typeof inference)["full"][number],
  storage: string,
): Promise<void> {
  const { device, report } = session;
  const config = preset(preset_);
  const name = storage === "f32" ? preset_ : `${preset_} ${storage}`;
  using model = new Mamba2LM(config, { device, init: quickInit, ...storages[storage] });
  using ids = tensor(
    Int32Array.from({ length: prompt }, (_, i) => (i * 7919) % config.vocabSize),
    { shape: [1, prompt], device },
  );
  const read = capture((x: Tensor) => {
    const { logits, state } = model.prefill(x);
    return { logits, layers: [...state.layers] as LayerState[] };
  });
  const drop = ({ logits, layers }: { logits: Tensor; layers: readonly LayerState[] }): void => {
    logits.dispose();
    new State(layers).dispose();
  };
  const prefill = await timeRuns(device, () => drop(read(ids)), 150);
  const pace = (1000 * prompt) / prefill.median;
  report
    .part("model")
    .add(`prefill ${name} ${prompt} tokens`, pace, "tokens/s", `${prefill.median.toFixed(2)} ms`, { times: prefill });
  const bytes = parameterBytes(config, storages[storage]);
  await measureDecoding(session, { name, model, tokens, start: read(ids), bytes });
  await measureGeneration(session, name, model, tokens);
  read.dispose();
}

/** Greedy generation as a user calls it: every token is chosen on the device and read by the host, so many steps after it was handed over. */
async function measureGeneration({ report }: Session, name: string, model: Mamba2LM, tokens: number): Promise<void> {
  const warm = Math.ceil(tokens / 4);
  for (const stepsAhead of [0, 1, 2, 4, 8, 16]) {
    const ms = await timeGreedy(model, [1, 2, 3], warm, tokens, { stepsAhead });
    report
      .part("model")
      .add(`generate ${name}, greedy, ${stepsAhead} steps ahead`, 1000 / ms, "tokens/s", `${ms.toFixed(3)} ms`);
  }
}

/** Milliseconds a token of greedy generation, after `warm` ones. */
export async function timeGreedy(
  model: Mamba2LM,
  prompt: readonly number[],
  warm: number,
  tokens: number,
  options: GenerateOptions = {},
  onToken: () => void = () => undefined,
): Promise<number> {
  const settings = { ...options, maxTokens: warm + tokens, temperature: 0, eosTokenId: null };
  let [made, begin] = [0, 0];
  for await (const _ of generateIds(model, [prompt], settings)) {
    if (++made === warm) begin = performance.now();
    onToken();
  }
  return (performance.now() - begin) / tokens;
}

interface Decoding {
  readonly name: string;
  readonly model: Mamba2LM;
  readonly tokens: number;
  /** of the parameters, as they are stored */
  readonly bytes: number;
  readonly start: { readonly logits: Tensor; readonly layers: readonly LayerState[] };
}

async function measureDecoding(
  { device, report }: Session,
  { name, model, tokens, bytes, start }: Decoding,
): Promise<void> {
  const step: Captured<[Tensor, LayerState[]], { logits: Tensor; layers: LayerState[] }> = capture(
    (x: Tensor, layers: LayerState[]) => model.stepLayers(x, layers),
    { stamp: watchModule(model) },
  );
  const id = tensor(Int32Array.of(1), { device });
  let current: { readonly logits: Tensor; readonly layers: readonly LayerState[] } = start;
  const advance = (): void => {
    const next = step(id, [...current.layers]);
    current.logits.dispose();
    new State(current.layers).dispose();
    current = next;
  };
  for (let i = 0; i < 100; i++) advance();
  await device.sync();
  const part = report.part("model");
  const rate = async (label: string, each: () => Promise<void>): Promise<void> => {
    const begin = performance.now();
    for (let i = 0; i < tokens; i++) {
      advance();
      await each();
    }
    const encoded = (performance.now() - begin) / tokens;
    await device.sync();
    const ms = (performance.now() - begin) / tokens;
    const gigabytes = bytes / ms / 1e6;
    const note = `${ms.toFixed(3)} ms (${encoded.toFixed(3)} until encoded), ${gigabytes.toFixed(0)} GB/s of parameters`;
    part.add(label, 1000 / ms, "tokens/s", note, { share: report.shareOf("copy", gigabytes) });
  };
  await rate(`decode ${name}, logits stay`, async () => undefined);
  await rate(`decode ${name}, logits read back`, async () => void (await current.logits.data()));
  part.addKernels(`decode ${name}`, await kernelShares(device, advance, 10));
  current.logits.dispose();
  new State(current.layers).dispose();
  step.dispose();
  id.dispose();
}

/** Part "generate": greedy generation alone. */
export async function measureGenerating(session: Session): Promise<void> {
  const [{ model: name, tokens }] = inference[session.scale] as [(typeof inference)["full"][number]];
  using model = new Mamba2LM(preset(name), { device: session.device, init: quickInit });
  await guarded(session, () => measureGeneration(session, name, model, tokens));
}

/** Part "train": training alone. */
export async function measureTrainings(session: Session): Promise<void> {
  for (const one of trainings[session.scale]) await guarded(session, () => measureTraining(session, one));
}

export async function measureModels(session: Session): Promise<void> {
  for (const [i, one] of inference[session.scale].entries()) {
    for (const storage of i === 0 ? Object.keys(storages) : ["f32"])
      await guarded(session, () => measureInference(session, one, storage));
  }
  await measureTrainings(session);
}

/** Measures, or notes that it failed, so that the rest of a part still runs; either way what is known so far is kept. */
export async function guarded(
  { report }: Session,
  measure: () => Promise<void>,
  part: string = "model",
): Promise<void> {
  try {
    await measure();
  } catch (error) {
    report.part(part).fail(error);
  }
  report.save();
}
