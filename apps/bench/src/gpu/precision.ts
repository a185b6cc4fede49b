// Part "precision": trainings with moments in 8 bits and a dynamic loss scale beside the plain ones, in the precision of the session (--precision f16 rounds products).
import { readFileSync } from "node:fs";
import { preset, type TrainSettings } from "@x/mamba2";
import { comparePrecision, type Comparison, configOf, HEAD, isNear, rowOf } from "../reproduce/precision.ts";
import type { Session } from "./session.ts";

const settings: Partial<TrainSettings> = { steps: 600, batch: 8, length: 512, lr: 2e-3 };

const comparisons: Readonly<Record<Session["scale"], Omit<Comparison, "text">>> = {
  full: { config: configOf(512, 8), settings, seeds: [0, 1, 2], variants: ["plain", "both"] },
  tiny: {
    config: preset("tiny", { nLayer: 1 }),
    settings: { steps: 2, batch: 1, length: 32, validationTokens: 256 },
    seeds: [0],
    variants: ["plain", "both"],
  },
};

export async function measurePrecision({ anotherDevice, report, scale, text: file }: Session): Promise<void> {
  const device = await anotherDevice();
  console.log(HEAD);
  for await (const one of comparePrecision(device, { ...comparisons[scale], text: readFileSync(file, "utf8") })) {
    console.log(rowOf(one));
    report.add({
      part: "precision",
      name: `seed ${one.seed}, ${one.variant} · validation loss`,
      value: one.validationLoss,
      unit: "nats",
      note: rowOf(one),
    });
    if (!isNear(one)) report.fail("precision", new Error(`seed ${one.seed}, ${one.variant}: not within 1 % of plain`));
    report.save();
  }
  device.dispose();
}
