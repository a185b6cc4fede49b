// Part "precision": trainings with moments in 8 bits and a dynamic loss scale beside plain ones, in which everything is f32. With --precision f16 products round to f16 in both: the plain
// ones have the dynamic scale too, without which f16 gets worse step by step.
import { readFileSync } from "node:fs";
import {
  comparePrecision,
  type Comparison,
  configOf,
  HEAD,
  HELD_OUT,
  isNear,
  rowOf,
  type Variant,
} from "../reproduce/precision.ts";
import type { Session } from "./session.ts";

type Sizes = Omit<Comparison, "text" | "variants"> & { readonly name: string };

const seeds = [0, 1, 2];
/** The rate falls to nothing: at a tenth of the highest the last steps still move the loss by a per cent. */
const measured = { minLr: 0, validationTokens: HELD_OUT };

const comparisons: Readonly<Record<Session["scale"], readonly Sizes[]>> = {
  full: [
    {
      name: "d512 L8, 1000 × b8 l512",
      config: configOf(512, 8),
      settings: { steps: 1000, batch: 8, length: 512, lr: 1e-3, validateEvery: 500, ...measured },
      seeds,
    },
    {
      name: "tiny, 1500 × b4 l256",
      config: configOf(undefined, 4),
      settings: { steps: 1500, batch: 4, length: 256, lr: 6e-3, validateEvery: 500, ...measured },
      seeds,
    },
  ],
  tiny: [
    {
      name: "tiny, 2 × b1 l32",
      config: configOf(undefined, 1),
      settings: { steps: 2, batch: 1, length: 32, validationTokens: 256 },
      seeds: [0],
    },
  ],
};

export async function measurePrecision({
  device: { runner },
  anotherDevice,
  report,
  scale,
  text: file,
}: Session): Promise<void> {
  const text = readFileSync(file, "utf8");
  const part = report.part("precision");
  const rounds = runner.caps.matmulPrecision === "f16";
  const variants: readonly Variant[] = rounds ? ["f16-dynamic", "f16-both"] : ["plain", "both"];
  for (const { name, ...comparison } of comparisons[scale]) {
    const device = await anotherDevice();
    console.log(`${name}\n${HEAD}`);
    const compared = comparePrecision(() => device, { ...comparison, text, variants });
    for await (const one of compared) {
      console.log(rowOf(one));
      const label = `${name}, seed ${one.seed}, ${one.variant}`;
      part.add(`${label} · validation loss`, one.validationLoss, "nats", rowOf(one));
      part.check(isNear(one), `${label}: not within 1 %`);
      report.save();
    }
    device.dispose();
  }
}
