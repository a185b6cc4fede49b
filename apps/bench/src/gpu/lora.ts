// Part "lora": adapters of rank 8 on all linear layers of hybrids in their published sizes, over projections of 4 bits, trained with and without gradient checkpointing: tokens
// a second, and the most memory that was in use. Part "lora-cpu": the same on the CPU device.
import { type Mamba2Config, Mamba2LM, parameterCount, preset } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { adamw, chain, clipByGlobalNorm, type InitHook, type TokenBatch, trainer, watchModule } from "@x/nn";
import { createCpuDevice, type Device } from "@x/tensor/core";
import { falconTiny } from "./falcon-tiny.ts";
import { guarded, quickInit } from "./model.ts";
import type { Session } from "./session.ts";

interface Base {
  readonly name: string;
  readonly config: Mamba2Config;
  readonly length: number;
  /** measured ones, after two that compile and record */
  readonly steps: number;
  /** GiB that a step with checkpointing may take */
  readonly limit: number;
}

const RANK = 8;

const bases: Readonly<Record<Session["scale"], () => readonly Base[]>> = {
  full: () => [
    { name: "falcon-h1-tiny-90m", config: falconTiny(), length: 512, steps: 5, limit: 0.8 },
    { name: "granite-4.0-h-350m", config: preset("granite-4.0-h-350m"), length: 512, steps: 5, limit: 1.5 },
  ],
  // all that the large ones have: mixers beside attention, gated MLPs, multipliers
  tiny: () => [
    {
      name: "tiny hybrid",
      config: preset("falcon-h1-0.5b", {
        dModel: 64,
        layers: [["mixer+attention", "mlp"]],
        vocabSize: 256,
        headDim: 16,
        dState: 16,
        chunkSize: 32,
        dIntermediate: 64,
        attention: { heads: 4, keyValueHeads: 2, headDim: 16 },
      }),
      length: 32,
      steps: 1,
      limit: 0.1,
    },
  ],
};

/** Vectors as the model draws them: with norms near 0 no change would be seen in the loss. */
const quickMatrices: InitHook = ({ shape }, standard) => (shape.length === 1 ? standard : quickInit());

/** On the GPU. */
export async function measureAdapters(session: Session): Promise<void> {
  for (const base of bases[session.scale]())
    for (const checkpointing of [true, false])
      await guarded(session, () => measure(session, base, checkpointing, () => session.anotherDevice()), "lora");
}

/** On the CPU device, where a step of the large sizes takes half a minute and more. */
export async function measureAdaptersOnCpu(session: Session): Promise<void> {
  for (const base of bases[session.scale]())
    await guarded(session, () => measure(session, { ...base, steps: 1 }, true, createCpuDevice), "lora");
}

async function measure(
  { report }: Session,
  { name, config, length, steps, limit }: Base,
  checkpointing: boolean,
  makeDevice: () => Device | Promise<Device>,
): Promise<void> {
  const device = await makeDevice();
  const model = new Mamba2LM(config, { device, init: quickMatrices, quantize: { bits: 4 } });
  try {
    model.gradientCheckpointing = checkpointing;
    const { numParameters } = addAdapter(model, { rank: RANK });
    const optimizer = chain(clipByGlobalNorm(1), adamw({ lr: 1e-3 }));
    using fit = trainer<TokenBatch>(model, optimizer, ({ x, y }) => model.loss(x, y), { stamp: watchModule(model) });
    const ids = Int32Array.from({ length: length + 1 }, (_, i) => (i * 7919) % config.vocabSize);
    const batch: TokenBatch = { x: ids.slice(0, length), y: ids.slice(1), shape: [1, length] };
    const first = (await fit.step(batch)).loss;
    await fit.step(batch);
    const begin = performance.now();
    let last = first;
    for (let i = 0; i < steps; i++) last = (await fit.step(batch)).loss;
    const ms = (performance.now() - begin) / steps;
    const gib = device.memory.peakBytes / 2 ** 30;
    const label = `train rank ${RANK} on ${name}, 4 bits, b1 l${length}, ${device.kind}${checkpointing ? ", checkpointing" : ""}`;
    const rank = `${(numParameters / 1e6).toFixed(2)} M of ${(parameterCount(config) / 1e6).toFixed(1)} M trained`;
    const note = `${ms.toFixed(1)} ms a step, ${rank}, loss ${first.toFixed(3)} to ${last.toFixed(3)}`;
    const part = report.part("lora");
    part.add(label, (1000 * length) / ms, "tokens/s", note);
    const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    const host = `process ${mib(process.memoryUsage().rss)}, at most ${mib(1024 * process.resourceUsage().maxRSS)} since it began`;
    part.add(`${label} · peak usedBytes`, gib, "GiB", `limit ${limit} GiB with checkpointing; ${host}`);
    if (!(last < first)) throw new Error(`lora: the loss of one batch must fall; it went from ${first} to ${last}.`);
    if (checkpointing && gib > limit)
      throw new Error(`lora: a step of ${name} must take at most ${limit} GiB; it took ${gib.toFixed(3)}.`);
  } finally {
    model.dispose();
    device.dispose();
  }
}
