// npm run test:losses [-- --losses 10 --seed 1]: trains on a GPU device that is destroyed at random moments of random steps, an adapter with carried state among them, and compares model,
// moments and events with those of a run whose device stayed. Exit codes: 0 all are the same, 1 something differs, 2 the command line is wrong.
import { isDeepStrictEqual, parseArgs } from "node:util";
import { Mamba2LM, train, type TrainOptions } from "@x/mamba2";
import { addAdapter } from "@x/mamba2/adapters";
import { readSafetensors, type WebGPUDevice, webgpuDevice } from "@x/tensor";
import { numbersOf } from "./random.ts";

const fields = { dModel: 32, nLayer: 1, vocabSize: 64, dState: 8, headDim: 8 };
const tokens = Uint8Array.from({ length: 3000 }, (_, i) => (i * i + 3 * i) % 64);
const settings: TrainOptions = { tokens, steps: 60, batch: 2, length: 16, validateEvery: 6, validationTokens: 64 };

/** Runs whose device is lost. */
const runs: readonly {
  readonly name: string;
  readonly options: Partial<TrainOptions>;
  prepare(model: Mamba2LM): void;
}[] = [
  {
    name: "model, averages, dynamic loss scale",
    options: { lossScale: "dynamic", ema: 0.9 },
    prepare: () => undefined,
  },
  {
    name: "adapter, carried state",
    options: { carryState: true },
    prepare: (model) => void addAdapter(model, { rank: 2, seed: 2 }),
  },
];

const make = (): Promise<WebGPUDevice> => webgpuDevice({ software: true });

/** What a run leaves, and how often its device was lost. @param lostIn steps, in order, each with the milliseconds after which its device is destroyed */
async function left(
  run: (typeof runs)[number],
  device: WebGPUDevice,
  lostIn: readonly (readonly [step: number, ms: number])[],
) {
  let own = device;
  const model = new Mamba2LM(fields, { device, seed: 1 });
  run.prepare(model);
  const training = train(model, { ...settings, ...run.options, newDevice: async () => (own = await make()) });
  const open = [...lostIn];
  const losses = new Map<number, number>();
  let recovered = 0;
  for await (const event of training) {
    if (event.recovered) {
      recovered++;
      process.stdout.write(
        `${run.name}: lost after step ${event.recovered.lostAt}, went on from step ${event.recovered.step}\n`,
      );
    }
    losses.set(event.step, event.loss);
    if (open[0] === undefined || event.step + 1 < open[0][0]) continue;
    const [, ms] = open.shift()!;
    setTimeout(() => own.runner.device.destroy(), ms); // in the step that follows, or before it
  }
  const { tensors, metadata } = readSafetensors(await training.serialize());
  own.dispose();
  return {
    recovered,
    result: { losses, metadata, moments: [...tensors].map(([name, { bytes }]) => [name, [...bytes]]) },
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { losses: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
  });
  const [count, seed] = [Number(values.losses), Number(values.seed)];
  if (!Number.isSafeInteger(count) || count < runs.length || count > 40 || !Number.isSafeInteger(seed)) {
    process.stderr.write(
      `test:losses: --losses must be a whole number from ${runs.length} to 40, --seed a whole number.\n`,
    );
    return 2;
  }
  const random = numbersOf(seed);
  let [same, recovered] = [true, 0];
  for (const [i, run] of runs.entries()) {
    const share = Math.floor(((i + 1) * count) / runs.length) - Math.floor((i * count) / runs.length);
    const steps = Array.from({ length: share }, (_, k) => 2 + Math.floor(((k + random()) * 58) / share));
    const alone = await left(run, await make(), []);
    const lost = await left(
      run,
      await make(),
      steps.map((step) => [step, Math.floor(4 * random())] as const),
    );
    const equal = isDeepStrictEqual(lost.result, alone.result);
    process.stdout.write(`${run.name}: ${lost.recovered} losses, ${equal ? "the same bits" : "OTHER BITS"}\n`);
    same &&= equal && lost.recovered === share;
    recovered += lost.recovered;
  }
  process.stdout.write(`${JSON.stringify({ losses: recovered, same })}\n`);
  return same ? 0 : 1;
}

process.exitCode = await main();
