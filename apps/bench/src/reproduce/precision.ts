// npm run reproduce -- precision: one training with moments in 8 bits and a dynamic loss scale beside the plain one, seed by seed, by validation loss.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Mamba2LM, mamba2Config, type Mamba2Config, preset, train, type TrainSettings } from "@x/mamba2";
import type { Device } from "@x/tensor/core";
import { benchDevice } from "../node/device.ts";

/** What matrix products round their operands to. */
export type Products = "f32" | "f16";

/** What differs from the plain run, in which everything is f32. */
const VARIANTS = {
  plain: { products: "f32", settings: {} },
  "8bit": { products: "f32", settings: { moments: "8bit" } },
  dynamic: { products: "f32", settings: { lossScale: "dynamic" } },
  both: { products: "f32", settings: { moments: "8bit", lossScale: "dynamic" } },
  "f16-dynamic": { products: "f16", settings: { lossScale: "dynamic" } },
  "f16-both": { products: "f16", settings: { moments: "8bit", lossScale: "dynamic" } },
} as const satisfies Readonly<
  Record<string, { readonly products: Products; readonly settings: Partial<TrainSettings> }>
>;
export type Variant = keyof typeof VARIANTS;

/** Share of the plain run's validation loss by which another may differ. */
const ALLOWED = 0.01;

/** Held-out tokens by which runs are compared: all that lib.dom.d.ts has, so that the loss has little noise of its own. */
export const HELD_OUT = 2 ** 20;

/** Which trainings are compared. */
export interface Comparison {
  readonly config: Mamba2Config;
  readonly settings: Partial<TrainSettings>;
  readonly text: string;
  readonly seeds: readonly number[];
  readonly variants: readonly Variant[];
}

/** What one training came to. */
export interface Trained {
  readonly seed: number;
  readonly variant: Variant;
  readonly validationLoss: number;
  /** from the first variant's, where it is not that one */
  readonly deviation?: number;
  /** steps left out since their gradients were not finite */
  readonly skipped: number;
  /** steps that were made although loss or norm was not finite, and parameters that are not at the end */
  readonly notFinite: number;
  readonly peakBytes: number;
  readonly tokensPerSecond: number;
}

/**
 * Trains each variant with each seed. The first is what the others are compared with.
 *
 * @param deviceOf a device whose products are such, the same one at each call
 */
export async function* comparePrecision(
  deviceOf: (products: Products) => Device | Promise<Device>,
  { config, settings, text, seeds, variants }: Comparison,
): AsyncGenerator<Trained> {
  for (const seed of seeds) {
    let first: number | undefined;
    for (const variant of variants) {
      const { products, settings: own } = VARIANTS[variant];
      const result = await trained(await deviceOf(products), config, { ...settings, seed, ...own }, text);
      yield {
        seed,
        variant,
        ...result,
        ...(first !== undefined && { deviation: result.validationLoss / first - 1 }),
      };
      first ??= result.validationLoss;
    }
  }
}

async function trained(
  device: Device,
  config: Mamba2Config,
  settings: Partial<TrainSettings>,
  text: string,
): Promise<Omit<Trained, "seed" | "variant">> {
  const model = new Mamba2LM(config, { device, seed: settings.seed ?? 0 });
  const run = train(model, { ...settings, text });
  let [validationLoss, skipped, notFinite, peakBytes, tokensPerSecond] = [NaN, 0, 0, 0, 0];
  for await (const event of run) {
    validationLoss = event.validationLoss ?? validationLoss;
    skipped = event.skipped ?? 0;
    if (!Number.isFinite(event.loss) || !Number.isFinite(event.gradNorm)) notFinite++;
    peakBytes = Math.max(peakBytes, device.memory.usedBytes);
    tokensPerSecond = event.tokensPerSecond;
    if (event.step % 100 === 0)
      process.stderr.write(`step ${event.step} of ${event.steps}: ${event.loss.toFixed(3)}\n`);
  }
  for (const { value } of model.parameters())
    if (!(await value.data()).every((number) => Number.isFinite(number))) notFinite++;
  run.dispose();
  model.dispose();
  return { validationLoss, skipped, notFinite, peakBytes, tokensPerSecond };
}

/** Whether a training is as near to the plain one as is asked. */
export function isNear({ deviation = 0, notFinite }: Trained): boolean {
  return Math.abs(deviation) <= ALLOWED && notFinite === 0;
}

/** A row of the table. */
export function rowOf(one: Trained): string {
  const deviation = one.deviation === undefined ? "" : `${(100 * one.deviation).toFixed(2)} %`;
  const cells = [
    one.seed,
    one.variant,
    one.validationLoss.toFixed(4),
    deviation,
    one.skipped,
    one.notFinite,
    (one.peakBytes / 2 ** 20).toFixed(1),
    Math.round(one.tokensPerSecond),
  ];
  return `| ${cells.join(" | ")} |`;
}

export const HEAD = `| seed | moments and scale | validation loss | of plain | steps left out | not finite | used MiB, at steps | tokens/s |
|---|---|---|---|---|---|---|---|`;

const USAGE = `usage: npm run reproduce -- precision [--device cpu|webgpu] [--d D --layers N] [--steps N] [--batch B] [--length L] [--lr X] [--min-lr X] [--seeds N] [--variants ${Object.keys(VARIANTS).join(",")}] [--text FILE]`;

/** The command; what `npm start` trains unless told otherwise. @returns the exit code: 1 when a run is not near the plain one, 2 for a wrong command line */
export async function precisionCommand(args: readonly string[]): Promise<number> {
  const string = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        device: string,
        d: string,
        layers: string,
        steps: string,
        batch: string,
        length: string,
        lr: string,
        "min-lr": string,
        seeds: string,
        variants: string,
        text: string,
      },
    });
    const whole = (name: keyof typeof values, otherwise: number): number => {
      const text = values[name];
      if (text === undefined) return otherwise;
      if (/^[1-9]\d*$/.test(text)) return Number(text);
      throw new TypeError(`--${name} must be a whole number of at least 1; got "${text}".`);
    };
    const { device = "cpu", text = "node_modules/typescript/lib/lib.dom.d.ts" } = values;
    if (device !== "cpu" && device !== "webgpu")
      throw new TypeError(`--device must be cpu or webgpu; got "${device}".`);
    const variants = (values.variants ?? "plain,both").split(",");
    const unknown = variants.find((name) => !Object.hasOwn(VARIANTS, name));
    if (unknown !== undefined)
      throw new TypeError(`--variants must be among ${Object.keys(VARIANTS).join(", ")}; got "${unknown}".`);
    if (variants[0] !== "plain")
      throw new TypeError(
        `--variants must begin with plain, which others are compared with; got "${values.variants}".`,
      );
    const comparison: Comparison = {
      config: configOf(values.d === undefined ? undefined : whole("d", 0), whole("layers", 4)),
      settings: {
        steps: whole("steps", 1500),
        batch: whole("batch", 4),
        length: whole("length", 256),
        lr: Number(values.lr ?? 6e-3),
        minLr: Number(values["min-lr"] ?? 0),
        validationTokens: HELD_OUT,
      },
      text: readFileSync(text, "utf8"),
      seeds: Array.from({ length: whole("seeds", 3) }, (_, seed) => seed),
      variants: variants as Variant[],
    };
    return await print(await benchDevice(device), comparison);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`reproduce: precision: ${error.message}\n${USAGE}`);
    return 2;
  }
}

/** The model of `npm start`, or one of another width with heads of 64. */
export function configOf(width: number | undefined, layers: number): Mamba2Config {
  if (width === undefined) return preset("tiny", { nLayer: layers });
  return mamba2Config({ dModel: width, nLayer: layers, vocabSize: 256, dState: 128, headDim: 64 });
}

async function print(device: Device, comparison: Comparison): Promise<number> {
  console.log(HEAD);
  let near = true;
  const deviceOf = (products: Products): Device => {
    if (products === "f32") return device;
    throw new TypeError("--variants of f16 must be run by npm run bench:gpu -- --parts precision --precision f16.");
  };
  for await (const one of comparePrecision(deviceOf, comparison)) {
    console.log(rowOf(one));
    near &&= isNear(one);
  }
  console.log(near ? "all within 1 % of the plain run, nothing that is not finite" : "NOT within 1 % of the plain run");
  return near ? 0 : 1;
}
