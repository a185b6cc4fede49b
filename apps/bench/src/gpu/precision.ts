// Part "precision": trainings with moments in 8 bits and a dynamic loss scale beside the plain ones, in the precision of the session (--precision f16 rounds products).
import { readFileSync } from "node:fs";
import { comparePrecision, type Comparison, configOf, HEAD, isNear, rowOf } from "../reproduce/precision.ts";
import type { Session } from "./session.ts";

const three = { seeds: [0, 1, 2], variants: ["plain", "both"] } as const;

const comparisons: Readonly<
  Record<Session["scale"], readonly (Omit<Comparison, "text"> & { readonly name: string })[]>
> = {
  full: [
    {
      name: "tiny, 1500 × b4 l256",
      config: configOf(undefined, 4),
      settings: { steps: 1500, batch: 4, length: 256, lr: 6e-3, validateEvery: 500 },
      ...three,
    },
    {
      name: "d512 L8, 600 × b8 l512",
      config: configOf(512, 8),
      settings: { steps: 600, batch: 8, length: 512, lr: 2e-3, validateEvery: 200 },
      ...three,
    },
  ],
  tiny: [
    {
      name: "tiny, 2 × b1 l32",
      config: configOf(undefined, 1),
      settings: { steps: 2, batch: 1, length: 32, validationTokens: 256 },
      seeds: [0],
      variants: ["plain", "both"],
    },
  ],
};

export async function measurePrecision({ anotherDevice, report, scale, text: file }: Session): Promise<void> {
  const text = readFileSync(file, "utf8");
  for (const { name, ...comparison } of comparisons[scale]) {
    const device = await anotherDevice();
    console.log(`${name}, products in ${device.runner.caps.matmulPrecision}\n${HEAD}`);
    for await (const one of comparePrecision(device, { ...comparison, text })) {
      console.log(rowOf(one));
      report.add({
        part: "precision",
        name: `${name}, seed ${one.seed}, ${one.variant} · validation loss`,
        value: one.validationLoss,
        unit: "nats",
        note: rowOf(one),
      });
      if (!isNear(one))
        report.fail("precision", new Error(`${name}, seed ${one.seed}, ${one.variant}: not within 1 %`));
      report.save();
    }
    device.dispose();
  }
}
